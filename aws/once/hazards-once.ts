import type { HazardReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { askOnce } from "./cache.ts";

/**
 * Reads what hazards depend on once for all objects of a bucket, once for all of an account, and
 * once for all of a key.
 */
export function hazardsOnce(reader: HazardReader): HazardReader {
  return {
    bucketPolicy: once(reader.bucketPolicy),
    policyStatus: once(reader.policyStatus),
    publicAccessBlock: once(reader.publicAccessBlock),
    accountBlock: ofAccount(reader.accountBlock),
    acl: once(reader.acl),
    ownership: once(reader.ownership),
    website: once(reader.website),
    replication: once(reader.replication),
    sseCWrites: once(reader.sseCWrites),
    keyPolicy: once(reader.keyPolicy),
    keyGrants: once(reader.keyGrants),
  };
}

// --- internal ---

/** Of all buckets of an account. */
function ofAccount<T>(read: (ref: BucketRef) => Promise<T>): (ref: BucketRef) => Promise<T> {
  const ask = askOnce<T>();
  return (ref) => ask(ref.account, () => read(ref));
}

function once<More extends readonly string[], T>(
  read: (ref: BucketRef, ...more: More) => Promise<T>,
): (ref: BucketRef, ...more: More) => Promise<T> {
  const ask = askOnce<T>();
  return (ref, ...more) => ask(more[0] ?? ref.bucket, () => read(ref, ...more));
}
