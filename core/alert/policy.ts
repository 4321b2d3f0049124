import type { Severity } from "#core/reason/severity";
import { safe } from "#core/safe";
import { draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/** A change of the policy: its pointer moved to another version, or a version was refused. */
export type PointerMove =
  | {
      readonly kind: "moved";
      /** `null`: the first version. */
      readonly from: number | null;
      readonly to: number;
      readonly by: string | null;
      readonly weaker: readonly string[];
      readonly stronger: readonly string[];
    }
  | { readonly kind: "refused"; readonly version: number | null; readonly why: string };

/**
 * Limits on lists in an alert (entries, and characters of each): SNS takes 256 KB for document and
 * email together.
 */
const MAX_LISTED = 50;
const MAX_ENTRY = 250;

/**
 * Builds the alert about the policy. `account` and `region` are those of Bucketseal's own table.
 */
export function buildPolicyAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly account: string;
  readonly region: string;
  readonly change: PointerMove;
}): Alert {
  const { id, now, account, region, change } = input;
  const outcome = change.kind === "moved" ? "changed" : "failed";
  return {
    ...draft({ id, now, ref: { account, region } }, { outcome, severity: severityOfMove(change) }),
    next: [adviceFor(change)],
    policy: shown(change),
  };
}

// --- internal ---

function severityOfMove(change: PointerMove): Severity {
  if (change.kind === "refused") return "critical";
  return change.weaker.length > 0 ? "high" : "info";
}

function adviceFor(change: PointerMove): string {
  if (change.kind === "refused") {
    return "Find out who wrote to the policy table, then push the policy again: bucketseal push FILE";
  }
  const back = change.from === null ? "push another one" : `run: bucketseal policy rollback ${change.from}`;
  return `If this was intended, nothing; otherwise ${back}`;
}

function shown(change: PointerMove): Alert["policy"] {
  if (change.kind === "refused") return { ...change, why: safe(change.why, 1000) };
  const by = change.by === null ? null : safe(change.by);
  return { ...change, by, weaker: capped(change.weaker), stronger: capped(change.stronger) };
}

function capped(texts: readonly string[]): string[] {
  const listed = texts.slice(0, MAX_LISTED).map((each) => safe(each, MAX_ENTRY));
  return texts.length > MAX_LISTED ? [...listed, `and ${texts.length - MAX_LISTED} more`] : listed;
}
