import { createHash } from "node:crypto";
import type { BucketRef } from "#core/names";

/** A key of the ledger table. */
export type ItemKey = { pk: { S: string }; sk: { S: string } };

/** The partition of what is known about a bucket: its state and its history. */
export function bucketPartition(ref: BucketRef): { S: string } {
  return { S: `BUCKET#${place(ref)}` };
}

/** The key of a window or an intent of a bucket's objects. */
export function objectItem(ref: BucketRef, sk: string): ItemKey {
  return { pk: { S: `OBJECTS#${place(ref)}` }, sk: { S: sk } };
}

/** The key of an object's copy count: a hash of its own key, which may be as long as a sort key. */
export function copiesItem(ref: BucketRef, key: string): ItemKey {
  return { pk: { S: `COPIES#${place(ref)}` }, sk: { S: createHash("sha256").update(key, "utf8").digest("hex") } };
}

/**
 * The time to live of an item, in seconds since the epoch. `now` is in milliseconds.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function expiresIn(seconds: number, now: number): { readonly N: string } {
  return { N: String(Math.ceil(now / 1000) + seconds) };
}

/**
 * The shard of a bucket in an index: a number below `shards`. Items that would all have one
 * partition key are spread over several, of which each takes 1,000 writes a second.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-sharding.html
 */
export function shardOf(bucket: string, shards: number): number {
  let hash = 0;
  for (const character of bucket) hash = (hash * 31 + character.charCodeAt(0)) % 65_521;
  return hash % shards;
}

/** How many shards each index has; a reader asks for all of them. */
export const SHARDS = { account: 8, outcome: 8, due: 4, day: 8 } as const;

// --- internal ---

function place({ account, region, bucket }: BucketRef): string {
  return `${account}#${region}#${bucket}`;
}
