import type { ObjectFacts } from "#core/decide/object/facts";

/** Whether two looks saw the same object as far as can be told: version, time, size and ETag. Re-encryption in place changes none of these. */
export function sameObject(a: ObjectFacts, b: ObjectFacts): boolean {
  return a.versionId === b.versionId && a.lastModified === b.lastModified && a.size === b.size && a.etag === b.etag;
}
