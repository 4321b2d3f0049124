import type { ReasonRows } from "./row.ts";

/** Reasons for which a bucket, or its objects, need a person. Most urgent first. */
export const bucketReasons = {
  "alias-moved": {
    means: "the declared alias no longer names the key it is pinned to",
    severity: "critical",
    next: ({ accept }) =>
      `Find out who moved the alias (CloudTrail: UpdateAlias, DeleteAlias, CreateAlias). If it was intended, run: ${accept}`,
  },
  "key-missing": {
    means: "the declared key does not exist",
    severity: "critical",
    next: ({ key, place }) => `Create ${key} in ${place}, or correct its name under "keys" in the policy.`,
  },
  "key-disabled": {
    means: "the declared key is not enabled",
    severity: "critical",
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
    means: "the declared key could not be read",
    severity: "critical",
    next: ({ key }) =>
      `Allow Bucketseal's role to call kms:DescribeKey on ${key}; until then nothing that depends on it is written.`,
  },
  "left-unrepaired": {
    means: "the breaker is open, and objects are encrypted otherwise than declared meanwhile",
    severity: "critical",
    next: ({ bucket, commands, member }) =>
      `Until it is settled, objects written to ${bucket} are not encrypted as declared. To set it right once by hand, run: ${member === null ? "" : `${commands.resume} && `}${commands.repair}`,
  },
  infrastructure: {
    means: "a bucket of a tool or service, which works under its own key only",
    next: ({ rule, bucket }) =>
      `Exclude ${bucket} from ${rule} (match.except): its roles can use the key it has and no other. If they can use the declared one, name the bucket in a rule of its own with "accept: { infrastructure: WHY }".`,
  },
  "log-target": {
    means: "the bucket receives logs whose delivery would stop",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Declare AES256 for ${bucket} in a rule of its own if it receives access logs of S3 or a load balancer, which are delivered to no KMS key; let the service use the declared key in the key's policy if it is another one. If nothing is delivered any more, write "accept: { log-target: WHY }" in ${rule}.`,
  },
  readers: {
    means: "somebody who reads the bucket could not decrypt what is written from then on",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Let the readers use the declared key in the key's policy; nobody without credentials can (a public site, an origin access identity), so ${bucket} has to stay AES256 for them, in a rule of its own. If they need not read it any more, write "accept: { readers: WHY }" in ${rule}.`,
    nextForObjects: ({ bucket, rule }) =>
      `Let the readers use the declared key in the key's policy, or declare AES256 for ${bucket} in a rule of its own. If they need not read it any more, write "accept: { readers: WHY }" in ${rule}.`,
  },
  replication: {
    means: "the bucket replicates, and objects under KMS keys would be left out",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Have the replication rules of ${bucket} select objects under KMS keys (SseKmsEncryptedObjects) with a replica key that the replication role may use; the bucket is repaired then. If new objects need not be replicated, write "accept: { replication: WHY }" in ${rule}.`,
    nextForObjects: ({ bucket, rule }) =>
      `Have the replication rules of ${bucket} select objects under KMS keys (SseKmsEncryptedObjects) with a replica key, or write "accept: { replication: WHY }" in ${rule}.`,
  },
  "key-policy": {
    means: "the declared key does not let everybody use it who uses the bucket",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Let the account of ${bucket} use the declared key in the key's policy (kms:GenerateDataKey and kms:Decrypt), or declare a customer managed key that names the other accounts; the bucket is repaired then. If everybody who uses ${bucket} may use the key, write "accept: { key-policy: WHY }" in ${rule}.`,
  },
  "encryption-context": {
    means: "somebody may use the key for one form of encryption context only",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Have the key's policy or grant take the ARN of ${bucket} and those of its objects (kms:EncryptionContext:aws:s3:arn), or declare the bucket key as it is; the bucket is repaired then. If nobody depends on it, write "accept: { encryption-context: WHY }" in ${rule}.`,
  },
  "writers-refused": {
    means: "the bucket's policy would refuse uploads under the declared encryption",
    severity: "high",
    next: ({ bucket, rule }) =>
      `Change the statement in the policy of ${bucket} so that it takes uploads under the declared encryption, or declare what it requires; the bucket is repaired then. If nobody uploads in that way, write "accept: { writers-refused: WHY }" in ${rule}.`,
  },
  "sse-c-writers": {
    means: "somebody uploads with keys of their own (SSE-C), which blocking SSE-C would refuse",
    severity: "critical",
    next: ({ bucket, rule }) =>
      `Find out who uploads to ${bucket} with SSE-C: nobody else can read those objects. If their uploads are to be refused, write "accept: { sse-c-writers: WHY }" in ${rule}; the bucket is repaired then.`,
  },
  "hazard-unread": {
    means: "a fact that a hazard depends on could not be read",
    severity: "high",
    next: () =>
      "Allow Bucketseal's role the permission that the reason names: what could do harm is not written unseen.",
  },
  stronger: {
    means: "stronger than declared, and the rule says `hold`",
    next: ({ rule }) =>
      `If the stronger state is intended, set "stronger: accept" in ${rule} or declare it; if not, set "stronger: weaken" or change the bucket by hand.`,
    nextForObjects: ({ rule }) =>
      `If the stronger encryption is intended, set "stronger: accept" in ${rule} or declare it; if not, set "stronger: weaken".`,
  },
  "sse-c-not-stated": {
    means: "a write must set SSE-C to blocked or allowed, and the bucket states neither",
    next: ({ rule }) =>
      `Decide whether uploads with customer-provided keys (SSE-C) are allowed and set it on the bucket, or set "stronger: accept" (block them) or "stronger: weaken" (allow them) in ${rule}.`,
  },
  "weakened-by-rollback": {
    means: "a person restored something weaker",
    severity: "high",
    next: ({ bucket }) =>
      `If nobody was meant to do that, run: bucketseal rollback ${bucket} --reason "undone", which restores what was there before.`,
  },
  "rolled-back": {
    means: "a person restored an earlier configuration, which is left alone for a time",
    severity: "medium",
    next: ({ rule }) =>
      `Before that time is over, change ${rule} or add an exemption; otherwise Bucketseal will repair the bucket.`,
  },
  unreadable: {
    means: "a fact that the verdict depends on could not be read",
    severity: "critical",
    next: ({ place }) =>
      `Restore read access for Bucketseal's role: check whether a bucket policy, a service control policy or a key policy in ${place} denies it. Until then the bucket is neither judged nor repaired.`,
    nextForObjects: () =>
      "Restore read access to these objects for Bucketseal's role: check whether a bucket policy or a service control policy denies it. Until then they are neither judged nor repaired.",
  },
  "requester-pays": {
    means: "a look at the object was refused, and the bucket uses Requester Pays",
    nextForObjects: ({ bucket }) =>
      `Bucketseal's role belongs to the account that owns ${bucket} and need not acknowledge Requester Pays. Check whether a bucket policy or a service control policy denies it, switch Requester Pays off, or exclude the objects (objects.except).`,
  },
  "directory-bucket": {
    means: "a directory bucket, whose objects are not touched",
    nextForObjects: ({ bucket, rule }) =>
      `Set the default encryption of ${bucket} by hand and rewrite its objects, or take the bucket out of ${rule}: objects of a directory bucket cannot be re-encrypted in place.`,
  },
  "service-managed": {
    means: "an algorithm that only an AWS service sets",
    severity: "critical",
    next: ({ bucket }) =>
      `Nothing, if an AWS service is supposed to manage ${bucket}; exempt it to silence this alert.`,
  },
  "write-refused": {
    means: "S3 refused the write",
    next: ({ commands }) => `Find out why S3 refused the write and fix it, then run: ${commands.repair}`,
    nextForObjects: () =>
      "Find out why S3 refused the write and fix it. Bucketseal looks at these objects again with their next event.",
  },
  "managed-elsewhere": {
    means: "a policy outside Bucketseal denies the write",
    severity: "critical",
    next: ({ rule, commands }) =>
      `A policy outside Bucketseal denies the write (a service control policy, Control Tower); it is not tried again unchanged. Have its owner allow Bucketseal's role and then run: ${commands.resume}. Or take the bucket out of ${rule}.`,
  },
  "earlier-write-unconfirmed": {
    means: "an earlier write was never confirmed",
    severity: "high",
    next: ({ commands, member }) =>
      member === null
        ? `An earlier write was never confirmed. Check the bucket's current state: ${commands.look}`
        : `An earlier write was never confirmed. Have the bucket looked at again: ${commands.repair}; then see what was found: ${commands.look}`,
    nextForObjects: () =>
      "Check the objects listed: their repair was started but never confirmed. Bucketseal looks at them again with their next event.",
  },
  overwritten: {
    means: "somebody else changed the bucket right after a write of Bucketseal's",
    next: ({ bucket }) =>
      `Find out who changes ${bucket} at the same time as Bucketseal: CloudTrail shows both calls. The bucket is looked at again at once.`,
  },
  "objects-to-backfill": {
    means: "objects written while the bucket had another key may be under that key",
    next: ({ bucket, backfill }) =>
      `Re-encrypt the objects written to ${bucket} in that time with a backfill, or with S3 Batch Operations: if CloudTrail data events are the source, these objects were not checked. To see what they need, run: ${backfill}`,
  },
  "rule-changed-by-tags": {
    means: "tags moved the bucket to another rule",
    severity: "medium",
    next: ({ commands }) => `Check whether the tag change was intended, and what it causes: ${commands.look}`,
  },
} as const satisfies ReasonRows;
