import { type BackfillWindow, timesOf } from "#core/backfill/window";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { adviceFor } from "#core/reason/advice";
import type { Reason } from "#core/reason/reason";
import { severityOf } from "#core/reason/severity-of";
import { safe, safeAgain } from "#core/safe";
import { causedBy, draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/** The input of an alert about a bucket. */
export interface AlertInput {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly outcome: Outcome;
  readonly ref: BucketRef;
  /** Whether it is in another account or Region than the stage's own. */
  readonly isMember?: boolean | undefined;
  readonly plan: Pick<Plan, "rule" | "mode" | "before" | "after" | "declaredKey" | "reasons" | "severity">;
  /** Replaces the plan's own reasons. */
  readonly reasons?: readonly Reason[];
  /** What is said before any other reason. */
  readonly lead?: readonly Reason[];
  /** Texts of reasons recorded earlier, with the intent. */
  readonly intentReasons?: readonly string[];
  readonly trigger: Trigger | null;
  /** The times in which objects may have been written otherwise than declared. */
  readonly windows?: readonly Pick<BackfillWindow, "from" | "to">[];
  readonly repeated?: Repeated | null;
  readonly contest?: Contest | null;
}

export type Repeated = NonNullable<Alert["repeated"]>;
export type FoldedPart = Repeated["folded"][number];

/** Who fights about a bucket, as the ledger knows it. */
interface Contest {
  readonly openedAt: string;
  readonly until: string;
  readonly theirs: readonly string[];
  readonly ours: string;
  readonly writes: number;
}

/**
 * Builds the alert about a bucket (`schema/alert.schema.json`). Untrusted text is escaped here;
 * reasons are escaped where they are created, and again in case one was not.
 */
export function buildAlert(input: AlertInput): Alert {
  const { now, outcome, ref, isMember, plan, trigger } = input;
  const { lead = [] } = input;
  const reasons = input.reasons ?? plan.reasons;
  const codes = [...lead, ...reasons].map((reason) => reason.code);
  const texts = [...lead.map(({ text }) => text), ...(input.intentReasons ?? []), ...reasons.map(({ text }) => text)];
  const { rule, mode, declaredKey } = plan;
  const [window, ...windows] = input.windows ?? [];
  const written = window === undefined ? null : timesOf([window, ...windows]);
  const shown = { ...ref, bucket: safe(ref.bucket) };
  return {
    ...draft(input, { outcome, severity: severityOf(outcome, codes, plan.severity) }),
    rule,
    mode,
    ...causedBy(trigger),
    before: plan.before === null ? null : encryptionShown(plan.before),
    after: plan.after === null ? null : encryptionShown(plan.after),
    reasons: texts.map((text) => safeAgain(text)),
    next: [...adviceFor(outcome, codes, { ref: shown, isMember, rule, declaredKey, alert: input.id, written })],
    latencyMs: trigger === null ? null : latency(trigger.eventTime, now),
    ...(input.repeated == null ? {} : { repeated: input.repeated }),
    ...(input.contest == null ? {} : { contest: contestShown(input.contest) }),
  };
}

// --- internal ---

function encryptionShown(encryption: BucketEncryption | WantedEncryption): NonNullable<Alert["before"]> {
  const { algorithm, key, bucketKey, sseC } = encryption;
  return {
    ...(algorithm === undefined ? {} : { algorithm: safe(algorithm) }),
    ...(key === undefined ? {} : { key: safe(key) }),
    bucketKey,
    sseC,
  };
}

function contestShown({ openedAt: since, until, theirs, ours, writes }: Contest): NonNullable<Alert["contest"]> {
  return { ours: safe(ours), theirs: theirs.map((name) => safe(name)), writes, since, until };
}

/** CloudTrail's clock may be ahead of ours; an unparsable time gives no latency. */
function latency(eventTime: string, now: number): number | null {
  const took = Math.round(now - Date.parse(eventTime));
  return Number.isNaN(took) ? null : Math.max(0, took);
}
