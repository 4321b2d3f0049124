import type { ReasonRows } from "./row.ts";

/** Reasons why objects, or some of their versions, are not re-encrypted. Most urgent first. */
export const objectReasons = {
  "weaker-by-tags": {
    means: "the encryption would become weaker because of a tag of the bucket",
    nextForObjects: ({ rule }) =>
      `If these objects are supposed to be weaker, weaken them by hand, or make ${rule} match without tags: a tag alone never weakens an object.`,
  },
  "object-locked": {
    means: "a retention or a legal hold keeps the object as it is",
    nextForObjects: () =>
      "Wait until the lock ends, or have an authorized person lift the legal hold or governance retention; compliance retention cannot be lifted.",
  },
  "object-replica": {
    means: "the object is a replica",
    nextForObjects: () =>
      "Repair the source bucket and its replication rule: replicas keep the encryption of their source, under the key that the rule names for them (ReplicaKmsKeyID). More of them are not told again, until a month has passed without any.",
  },
  "replication-pending": {
    means: "replication of the object is pending",
    nextForObjects: () =>
      "Wait until the objects are replicated; Bucketseal retries for about two hours, then the message is in the dead-letter queue. Repair the replicas in their own bucket.",
  },
  "object-archived": {
    means: "the object is archived and cannot be read without restoring it",
    nextForObjects: () => "Restore the objects temporarily to re-encrypt them, or exclude them (objects.except).",
  },
  "object-not-current": {
    means: "the object is not the newest version of its key",
    nextForObjects: () => "Nothing, if older versions expire; otherwise re-encrypt them with S3 Batch Operations.",
  },
  "null-version-beneath": {
    means: "versioning is suspended: a copy would replace the null version",
    nextForObjects: ({ bucket }) =>
      `Enable versioning of ${bucket} again, or remove the null versions if they are not needed: while it is suspended, a copy would replace them.`,
  },
  "upload-under-way": {
    means: "a multipart upload of the key is under way, and a copy would hide its result",
    nextForObjects: () =>
      "Nothing, if the upload ends soon: Bucketseal retries for about two hours, then the message is in the dead-letter queue. Abort abandoned uploads with a lifecycle rule (AbortIncompleteMultipartUpload).",
  },
  "object-too-large": {
    means: "the object is larger than the rule's `maxBytes`",
    nextForObjects: ({ rule }) =>
      `Raise objects.maxBytes in ${rule}, or re-encrypt these objects with S3 Batch Operations.`,
  },
  "copy-too-large": {
    means: "only a copy could re-encrypt it, and the object is too large for one call",
    nextForObjects: ({ rule }) =>
      `If copies that may take hours are acceptable, set "copy: true" and "copyLarge: true" in ${rule} and deploy with BUCKETSEAL_COPY_LARGE=on. Otherwise re-encrypt these objects with a multipart copy or with S3 Batch Operations.`,
  },
  "copy-under-way": {
    means: "the object is being copied in parts, and nothing is replaced until the last one is there",
    nextForObjects: () =>
      "Start a backfill of these objects again: a copy in parts goes on where it stopped, and is aborted if its object changed.",
  },
  "copy-loses-annotations": {
    means: "the object has annotations, which a copy in parts cannot keep",
    nextForObjects: () => "Copy these objects yourself and put their annotations on again, or remove those.",
  },
  "copy-not-allowed": {
    means: "only a copy could re-encrypt it, and the rule or the deployment does not allow copies",
    nextForObjects: ({ rule }) =>
      `If copies are acceptable with their side effects (a new version, events, lifecycle age), set "copy: true" in ${rule} and deploy with BUCKETSEAL_COPY=on.`,
  },
  "update-unavailable": {
    means: "this endpoint is not known to support UpdateObjectEncryption",
    nextForObjects: () =>
      "Deploy with BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION=on if this endpoint is known to support UpdateObjectEncryption.",
  },
  "objects-observed": {
    means: "the rule only observes objects",
    nextForObjects: ({ rule }) =>
      `To let Bucketseal repair these objects automatically, set "mode: enforce" and "objects: { onWrite: enforce }" in ${rule}.`,
  },
  "old-version-remains": {
    means: "a copy made a new version; the older one keeps its encryption",
    nextForObjects: () =>
      "Older versions keep their encryption: let them expire, or re-encrypt them with S3 Batch Operations.",
  },
} as const satisfies ReasonRows;
