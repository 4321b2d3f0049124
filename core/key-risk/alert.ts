import { causedBy, draft } from "#core/alert/draft";
import type { Alert } from "#core/alert/schema";
import type { Trigger } from "#core/event/trigger";
import { safe } from "#core/safe";
import { commandsFor } from "./commands.ts";
import type { Dependents } from "./dependents.ts";
import type { KeyHealth, KeyLook } from "./health.ts";

/** Builds the alert about a key: it is at risk, its state is not known, or it can be used again. */
export function buildKeyAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: { readonly account: string; readonly region: string };
  readonly look: KeyLook;
  readonly health: KeyHealth;
  readonly dependents: Pick<Dependents, "using" | "declared">;
  /** The event that made us look; `null`: a sweep found it. */
  readonly trigger: Trigger | null;
}): Alert {
  const { look, health, dependents, trigger } = input;
  const { kind, state, key, text, deletion } = health;
  const { using, declared } = dependents;
  return {
    ...draft(input, JUDGED[kind]),
    ...causedBy(trigger),
    reasons: [text, dependentsText(dependents)],
    next:
      kind === "usable"
        ? ["Nothing to do. Buckets that were held because of it are looked at again now."]
        : [...commandsFor(look.arn, health, look.pin, input.ref), ...(kind === "at risk" ? [WHO] : [])],
    key: { arn: safe(key ?? look.arn), name: safe(look.arn), state, using, declared, deletion },
  };
}

// --- internal ---

const JUDGED = {
  "at risk": { outcome: "reported", severity: "critical" },
  unknown: { outcome: "unreadable", severity: "high" },
  usable: { outcome: "left alone", severity: "info" },
} as const;

const WHO =
  "Find out who did it and what else was done with these credentials; while the key cannot be used, uploads under it fail and objects under it cannot be read.";

function dependentsText({ using, declared }: Pick<Dependents, "using" | "declared">): string {
  const buckets = (count: number) => `${count} managed bucket${count === 1 ? "" : "s"}`;
  const more = declared === 0 ? "" : `, and ${declared} more ${declared === 1 ? "is" : "are"} to be encrypted under it`;
  return `${buckets(using)} use${using === 1 ? "s" : ""} it${more}`;
}
