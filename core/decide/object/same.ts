import type { ObjectFacts } from "./facts.ts";

/**
 * Whether two looks saw the same object in the same state: nothing that a write was planned by has
 * changed.
 */
export function sameLook(a: ObjectFacts, b: ObjectFacts): boolean {
  return sameObject(a, b) && STATE.every((name) => a[name] === b[name]) && sameEncryption(a, b);
}

/**
 * Whether two looks apparently saw the same object: version, time, size and ETag. Re-encryption in
 * place changes none of these.
 */
export function sameObject(a: ObjectFacts, b: ObjectFacts): boolean {
  return a.versionId === b.versionId && a.lastModified === b.lastModified && a.size === b.size && a.etag === b.etag;
}

// --- internal ---

const STATE = [
  "storageClass",
  "archiveStatus",
  "restored",
  "replication",
  "lockMode",
  "lockUntil",
  "legalHold",
  "websiteRedirect",
  "isCurrent",
] as const satisfies readonly (keyof ObjectFacts)[];

function sameEncryption({ encryption: a }: ObjectFacts, { encryption: b }: ObjectFacts): boolean {
  return a.algorithm === b.algorithm && a.key === b.key && a.bucketKey === b.bucketKey;
}
