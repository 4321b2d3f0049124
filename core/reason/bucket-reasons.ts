import type { ReasonRows } from "./row.ts";

/** Reasons why a bucket, or its objects, need a person. The most urgent first. */
export const bucketReasons = {
  "alias-moved": {
    means: "the declared alias names another key than it was recorded to name",
    severity: "critical",
    next: ({ key }) =>
      `Find out who moved the alias (CloudTrail: UpdateAlias, DeleteAlias, CreateAlias). If it was meant, run: bucketseal policy accept-key ${key}`,
  },
  "key-missing": {
    means: "there is no such key",
    severity: "high",
    next: ({ key, place }) => `Create ${key} in ${place}, or correct its name under "keys" in the policy.`,
  },
  "key-disabled": {
    means: "the declared key is not enabled",
    severity: "high",
    next: ({ key }) =>
      `Enable ${key} again, or cancel its deletion: while it cannot be used, uploads under it fail and objects under it cannot be read.`,
  },
  "key-unusable": {
    means: "the declared key is not one that S3 can use",
    severity: "high",
    next: ({ key }) =>
      `Declare a symmetric encryption key of the bucket's own account instead of ${key}: S3 would refuse every upload.`,
  },
  "key-other-region": {
    means: "the declared key is in another Region",
    severity: "high",
    next: ({ key, place }) =>
      `Declare a key in the bucket's own Region (${place}) instead of ${key}: S3 would refuse every upload.`,
  },
  "key-unknown": {
    means: "the declared key could not be looked at",
    severity: "high",
    next: ({ key }) =>
      `Let Bucketseal's role call kms:DescribeKey on ${key}; until then nothing is written that depends on it.`,
  },
  stronger: {
    means: "stronger than declared, and the rule says `hold`",
    next: ({ rule }) =>
      `If the stronger state is meant, say "stronger: accept" in ${rule}, or declare it; if not, say "stronger: weaken", or change the bucket by hand.`,
    nextForObjects: ({ rule }) =>
      `If the stronger encryption is meant, say "stronger: accept" in ${rule}, or declare it; if not, say "stronger: weaken".`,
  },
  "sse-c-not-stated": {
    means: "a write would have to say whether SSE-C is blocked, and nobody decided that",
    next: ({ rule }) =>
      `Decide whether uploads with customer-provided keys (SSE-C) are allowed and set it on the bucket, or say "stronger: accept" (block them) or "stronger: weaken" (allow them) in ${rule}.`,
  },
  unreadable: {
    means: "something that the answer depends on could not be read",
    severity: "high",
    next: ({ place }) =>
      `Let Bucketseal's role look again: see whether a bucket policy, a service control policy or a key policy in ${place} denies it. Until then the bucket is neither compliant nor repaired.`,
    nextForObjects: () =>
      "Let Bucketseal's role look at these objects: see whether a bucket policy or a service control policy denies it. Until then they are neither compliant nor repaired.",
  },
  "requester-pays": {
    means: "a look at the object was refused, and requesters pay for the bucket",
    nextForObjects: ({ bucket }) =>
      `Bucketseal's role is of the account that owns ${bucket} and need not acknowledge that requesters pay. See whether a bucket policy or a service control policy denies it, switch Requester Pays off, or except the objects (objects.except).`,
  },
  "directory-bucket": {
    means: "a directory bucket, whose objects are not touched",
    nextForObjects: ({ bucket, rule }) =>
      `Set the default encryption of ${bucket} by hand and have its objects written again, or take the bucket out of ${rule}: nothing re-encrypts the objects of a directory bucket where they are.`,
  },
  "service-managed": {
    means: "an algorithm that only an AWS service sets",
    next: ({ bucket }) => `Nothing, if an AWS service is meant to manage ${bucket}; exempt it to silence this alert.`,
  },
  "write-refused": {
    means: "S3 refused the write",
    next: ({ bucket }) => `See what S3 refused and mend it, then run: bucketseal apply ${bucket}`,
    nextForObjects: () =>
      "See what S3 refused and mend it. Bucketseal looks at these objects again with their next event.",
  },
  "managed-elsewhere": {
    means: "somebody else's policy denies the write",
    next: ({ rule }) =>
      `Somebody else's policy denies the write (a service control policy, Control Tower). Let them allow Bucketseal's role, or take the bucket out of ${rule}.`,
  },
  "policy-stale": {
    means: "the policy can no longer be read, or was refused",
    severity: "high",
    next: () => "See why the policy table cannot be read; until it can, nothing is written.",
  },
  "pause-unknown": {
    means: "whether writes are paused could not be read",
    severity: "high",
    next: () => "See why the pause switch cannot be read; until it can, nothing is written.",
  },
  paused: {
    means: "writes are paused",
    next: () => "Writes are paused. To let them go on, run: bucketseal resume",
  },
  "observe-mode": {
    means: "the rule only observes",
    next: ({ rule, bucket }) =>
      `To let Bucketseal repair this by itself, say "mode: enforce" in ${rule}; to do it once, run: bucketseal apply ${bucket} --include-observe`,
  },
  "earlier-write-unconfirmed": {
    means: "an earlier write was never seen to take effect",
    severity: "high",
    next: ({ bucket }) =>
      `An earlier write was never seen to take. See what the bucket holds now: bucketseal explain ${bucket}`,
    nextForObjects: () =>
      "Look at the objects that are named: a repair of them was begun, and nobody saw it end. Bucketseal looks at them again with their next event.",
  },
  "objects-to-backfill": {
    means: "objects written while the bucket had another key may be under that key",
    next: ({ bucket }) =>
      `Re-encrypt what was written to ${bucket} in that time with S3 Batch Operations: where CloudTrail data events are the source, nobody has looked at these objects.`,
  },
  "rule-changed-by-tags": {
    means: "tags moved the bucket to another rule",
    severity: "medium",
    next: ({ bucket }) =>
      `See whether the change of tags was meant, and what follows from it: bucketseal explain ${bucket}`,
  },
} as const satisfies ReasonRows;
