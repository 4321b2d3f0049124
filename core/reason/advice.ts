import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import type { ReasonCode } from "./reason.ts";

/** What an alert's advice speaks of. */
export interface AdviceContext {
  readonly ref: BucketRef;
  readonly rule: string | null;
  /** As the policy names it for this bucket. */
  readonly declaredKey: string | null;
}

/** What to do next about an outcome: one sentence each, most urgent first; none where nothing is to be done. */
export function adviceFor(outcome: Outcome, codes: readonly ReasonCode[], context: AdviceContext): readonly string[] {
  const rule = context.rule === null ? "the rule" : `rule ${context.rule}`;
  const words: Words = {
    rule,
    key: context.declaredKey ?? "the declared key",
    bucket: context.ref.bucket,
    place: `account ${context.ref.account}, ${context.ref.region}`,
  };
  const byReason = URGENCY.filter((code) => codes.includes(code)).map((code) => BY_REASON[code]?.(words));
  const byOutcome = BY_OUTCOME[outcome]?.(words) ?? [];
  return [...byReason.filter((text) => text !== undefined), ...byOutcome];
}

// --- internal ---

interface Words {
  readonly rule: string;
  readonly key: string;
  readonly bucket: string;
  readonly place: string;
}

const BY_OUTCOME: Readonly<Partial<Record<Outcome, (words: Words) => readonly string[]>>> = {
  changed: ({ rule }) => [
    `Nothing has to be done. If the earlier state was meant, change ${rule} or add an exemption; otherwise Bucketseal will undo it again.`,
    "If the caller did not mean to make this call, find out what else was done with these credentials.",
  ],
  contested: () => [
    "Find out who or what keeps changing the bucket and let one of the two decide, then run: bucketseal resume",
  ],
  failed: ({ bucket }) => [`Once the cause is gone, run: bucketseal apply ${bucket}`],
};

const BY_REASON: Readonly<Partial<Record<ReasonCode, (words: Words) => string>>> = {
  "alias-moved": ({ key }) =>
    `Find out who moved the alias (CloudTrail: UpdateAlias, DeleteAlias, CreateAlias). If it was meant, run: bucketseal policy accept-key ${key}`,
  "key-missing": ({ key, place }) => `Create ${key} in ${place}, or correct its name under "keys" in the policy.`,
  "key-disabled": ({ key }) =>
    `Enable ${key} again, or cancel its deletion: while it cannot be used, uploads under it fail and objects under it cannot be read.`,
  "key-unusable": ({ key }) =>
    `Declare a symmetric encryption key of the bucket's own account instead of ${key}: S3 would refuse every upload.`,
  "key-other-region": ({ key, place }) =>
    `Declare a key in the bucket's own Region (${place}) instead of ${key}: S3 would refuse every upload.`,
  "key-unknown": ({ key }) =>
    `Let Bucketseal's role call kms:DescribeKey on ${key}; until then nothing is written that depends on it.`,
  stronger: ({ rule }) =>
    `If the stronger state is meant, say "stronger: accept" in ${rule}, or declare it; if not, say "stronger: weaken", or change the bucket by hand.`,
  "sse-c-not-stated": ({ rule }) =>
    `Decide whether uploads with customer-provided keys (SSE-C) are allowed and set it on the bucket, or say "stronger: accept" (block them) or "stronger: weaken" (allow them) in ${rule}.`,
  unreadable: ({ place }) =>
    `Let Bucketseal's role look again: see whether a bucket policy, a service control policy or a key policy in ${place} denies it. Until then the bucket is neither compliant nor repaired.`,
  "service-managed": ({ bucket }) =>
    `Nothing, if an AWS service is meant to manage ${bucket}; exempt it to silence this alert.`,
  "write-refused": ({ bucket }) => `See what S3 refused and mend it, then run: bucketseal apply ${bucket}`,
  "managed-elsewhere": ({ rule }) =>
    `Somebody else's policy denies the write (a service control policy, Control Tower). Let them allow Bucketseal's role, or take the bucket out of ${rule}.`,
  "policy-stale": () => "See why the policy table cannot be read; until it can, nothing is written.",
  "pause-unknown": () => "See why the pause switch cannot be read; until it can, nothing is written.",
  paused: () => "Writes are paused. To let them go on, run: bucketseal resume",
  "observe-mode": ({ rule, bucket }) =>
    `To let Bucketseal repair this by itself, say "mode: enforce" in ${rule}; to do it once, run: bucketseal apply ${bucket} --include-observe`,
  "earlier-write-unconfirmed": ({ bucket }) =>
    `An earlier write was never seen to take. See what the bucket holds now: bucketseal explain ${bucket}`,
  "objects-to-backfill": ({ bucket }) =>
    `Re-encrypt what was written to ${bucket} in that time with S3 Batch Operations: where CloudTrail data events are the source, nobody has looked at these objects.`,
  "rule-changed-by-tags": ({ bucket }) =>
    `See whether the change of tags was meant, and what follows from it: bucketseal explain ${bucket}`,
};

const URGENCY = Object.keys(BY_REASON) as readonly ReasonCode[];
