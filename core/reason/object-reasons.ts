import type { ReasonRows } from "./row.ts";

/** Reasons why objects are not re-encrypted, or not all of their versions. The most urgent first. */
export const objectReasons = {
  "weaker-by-tags": {
    means: "the encryption would become weaker because of a tag of the bucket",
    nextForObjects: ({ rule }) =>
      `If these objects are meant to be weaker, weaken them by hand, or make ${rule} match without tags: a tag alone never weakens an object.`,
  },
  "object-locked": {
    means: "a retention or a legal hold keeps the object as it is",
    nextForObjects: () =>
      "Wait until the lock ends, or have somebody with the right to do so lift the legal hold or the governance retention; compliance retention cannot be lifted.",
  },
  "object-replica": {
    means: "the object is a replica",
    nextForObjects: () =>
      "Repair the source bucket and its replication rule: replicas keep the encryption of their source.",
  },
  "replication-pending": {
    means: "the object has still to be replicated",
    nextForObjects: () =>
      "Wait until the objects are replicated; Bucketseal looks at them again by itself for a day. Their replicas are to be repaired in their own bucket.",
  },
  "object-archived": {
    means: "the object is archived and cannot be read without restoring it",
    nextForObjects: () =>
      "Restore the objects for a time if they are to be re-encrypted, or exempt them (objects.except).",
  },
  "object-not-current": {
    means: "the object is not the newest version of its key",
    nextForObjects: () => "Nothing, if older versions expire; otherwise re-encrypt them with S3 Batch Operations.",
  },
  "null-version-beneath": {
    means: "versioning is suspended: a copy would replace the null version",
    nextForObjects: ({ bucket }) =>
      `Switch versioning of ${bucket} on again, or remove the null versions if nobody needs them: where it is suspended, a copy would replace them.`,
  },
  "upload-under-way": {
    means: "a multipart upload of the key is under way, and a copy would hide its result",
    nextForObjects: () =>
      "Nothing, if the upload ends soon: Bucketseal looks at the object again by itself for a day. Have abandoned uploads aborted by a lifecycle rule (AbortIncompleteMultipartUpload).",
  },
  "object-too-large": {
    means: "the object is larger than the rule's `maxBytes`",
    nextForObjects: ({ rule }) =>
      `Raise objects.maxBytes in ${rule}, or re-encrypt these objects with S3 Batch Operations.`,
  },
  "copy-too-large": {
    means: "only a copy would do, and the object is too large for one call",
    nextForObjects: () => "Re-encrypt these objects with a multipart copy or with S3 Batch Operations.",
  },
  "copy-not-allowed": {
    means: "only a copy would do, and the rule or the deployment does not allow copies",
    nextForObjects: ({ rule }) =>
      `If copies with their side effects are wanted (a new version, events, lifecycle age), say "copy: true" in ${rule} and deploy with BUCKETSEAL_COPY=on.`,
  },
  "update-unavailable": {
    means: "this endpoint is not known to have UpdateObjectEncryption",
    nextForObjects: () =>
      "Deploy with BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION=on if this endpoint is known to have UpdateObjectEncryption.",
  },
  "objects-observed": {
    means: "the rule only observes objects",
    nextForObjects: ({ rule }) =>
      `To let Bucketseal repair these objects by itself, say "mode: enforce" and "objects: { onWrite: enforce }" in ${rule}.`,
  },
  "old-version-remains": {
    means: "a copy made a new version; the older one keeps its encryption",
    nextForObjects: () =>
      "Older versions keep their encryption: let them expire, or re-encrypt them with S3 Batch Operations.",
  },
} as const satisfies ReasonRows;
