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
  readonly plan: Pick<Plan, "rule" | "mode" | "before" | "after" | "declaredKey" | "reasons">;
  /** Replaces the plan's own reasons. */
  readonly reasons?: readonly Reason[];
  /** Texts of reasons recorded earlier, with the intent. */
  readonly intentReasons?: readonly string[];
  readonly trigger: Trigger | null;
}

/**
 * Builds the alert about a bucket (`schema/alert.schema.json`). Untrusted text is escaped here;
 * reasons are escaped where they are created, and again in case one was not.
 */
export function buildAlert(input: AlertInput): Alert {
  const { now, outcome, ref, plan, trigger } = input;
  const reasons = input.reasons ?? plan.reasons;
  const codes = reasons.map((reason) => reason.code);
  const { rule, mode, declaredKey } = plan;
  return {
    ...draft(input, { outcome, severity: severityOf(outcome, codes) }),
    rule,
    mode,
    ...causedBy(trigger),
    before: plan.before === null ? null : encryptionShown(plan.before),
    after: plan.after === null ? null : encryptionShown(plan.after),
    reasons: [...(input.intentReasons ?? []), ...reasons.map(({ text }) => text)].map((text) => safeAgain(text)),
    next: [...adviceFor(outcome, codes, { ref: { ...ref, bucket: safe(ref.bucket) }, rule, declaredKey })],
    latencyMs: trigger === null ? null : latency(trigger.eventTime, now),
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

/** CloudTrail's clock may be ahead of ours; an unparsable time gives no latency. */
function latency(eventTime: string, now: number): number | null {
  const took = Math.round(now - Date.parse(eventTime));
  return Number.isNaN(took) ? null : Math.max(0, took);
}
