import { type AdviceContext, adviceFor } from "./advice.ts";
import type { ReasonCode } from "./reason.ts";

/** What to do next about a bucket's objects: one sentence each, most urgent first. */
export function adviceForObjects(codes: readonly ReasonCode[], context: AdviceContext): readonly string[] {
  const rule = context.rule === null ? "the rule" : `rule ${context.rule}`;
  const words: Words = { rule, bucket: context.ref.bucket };
  const own = URGENCY.filter(([code]) => codes.includes(code)).map(([, advice]) => advice(words));
  const others = codes.filter((code) => BY_REASON[code] === undefined);
  return [...own, ...adviceFor("left alone", others, context)];
}

// --- internal ---

interface Words {
  readonly rule: string;
  readonly bucket: string;
}

const BY_REASON: Readonly<Partial<Record<ReasonCode, (words: Words) => string>>> = {
  "integrity-alarm": ({ bucket }) =>
    `Writes to objects of ${bucket} are stopped. Compare the named object with a backup or an older version and tell Bucketseal's maintainers; then run: bucketseal alarm clear ${bucket}`,
  "source-key-unusable": () =>
    "Find out how the objects came under a key that cannot be used. Enable it again, cancel its deletion, or have its owner share it: until then nobody can read them.",
  "source-key-unknown": () =>
    "Let Bucketseal's role call kms:DescribeKey on the objects' own key, and see whether that key still works: until then they are not re-encrypted.",
  "object-sse-c": () =>
    "Only whoever holds the key can read these objects. Have them written again without SSE-C, and block SSE-C on the bucket (blockSseC: true).",
  "earlier-write-unconfirmed": () =>
    "Look at the objects that are named: a repair of them was begun, and nobody saw it end. Bucketseal looks at them again with their next event.",
  "write-refused": () =>
    "See what S3 refused and mend it. Bucketseal looks at these objects again with their next event.",
  "copied-too-often": () => "Find out who keeps writing these keys with another encryption, and mend that writer.",
  unreadable: () =>
    "Let Bucketseal's role look at these objects: see whether a bucket policy or a service control policy denies it. Until then they are neither compliant nor repaired.",
  "requester-pays": ({ bucket }) =>
    `Bucketseal's role is of the account that owns ${bucket} and need not acknowledge that requesters pay. See whether a bucket policy or a service control policy denies it, switch Requester Pays off, or except the objects (objects.except).`,
  "directory-bucket": ({ bucket, rule }) =>
    `Set the default encryption of ${bucket} by hand and have its objects written again, or take the bucket out of ${rule}: nothing re-encrypts the objects of a directory bucket where they are.`,
  stronger: ({ rule }) =>
    `If the stronger encryption is meant, say "stronger: accept" in ${rule}, or declare it; if not, say "stronger: weaken".`,
  "weaker-by-tags": ({ rule }) =>
    `If these objects are meant to be weaker, weaken them by hand, or make ${rule} match without tags: a tag alone never weakens an object.`,
  "object-locked": () =>
    "Wait until the lock ends, or have somebody with the right to do so lift the legal hold or the governance retention; compliance retention cannot be lifted.",
  "object-replica": () =>
    "Repair the source bucket and its replication rule: replicas keep the encryption of their source.",
  "replication-pending": () =>
    "Wait until the objects are replicated; Bucketseal looks at them again by itself for a day. Their replicas are to be repaired in their own bucket.",
  "object-archived": () =>
    "Restore the objects for a time if they are to be re-encrypted, or exempt them (objects.except).",
  "object-not-current": () => "Nothing, if older versions expire; otherwise re-encrypt them with S3 Batch Operations.",
  "null-version-beneath": ({ bucket }) =>
    `Switch versioning of ${bucket} on again, or remove the null versions if nobody needs them: where it is suspended, a copy would replace them.`,
  "upload-under-way": () =>
    "Nothing, if the upload ends soon: Bucketseal looks at the object again by itself for a day. Have abandoned uploads aborted by a lifecycle rule (AbortIncompleteMultipartUpload).",
  "object-too-large": ({ rule }) =>
    `Raise objects.maxBytes in ${rule}, or re-encrypt these objects with S3 Batch Operations.`,
  "copy-too-large": () => "Re-encrypt these objects with a multipart copy or with S3 Batch Operations.",
  "copy-not-allowed": ({ rule }) =>
    `If copies with their side effects are wanted (a new version, events, lifecycle age), say "copy: true" in ${rule} and deploy with BUCKETSEAL_COPY=on.`,
  "update-unavailable": () =>
    "Deploy with BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION=on if this endpoint is known to have UpdateObjectEncryption.",
  "objects-observed": ({ rule }) =>
    `To let Bucketseal repair these objects by itself, say "mode: enforce" and "objects: { onWrite: enforce }" in ${rule}.`,
  "old-version-remains": () =>
    "Older versions keep their encryption: let them expire, or re-encrypt them with S3 Batch Operations.",
};

const URGENCY = Object.entries(BY_REASON) as readonly (readonly [ReasonCode, (words: Words) => string])[];
