import { createHash } from "node:crypto";
import type { BucketRef } from "#core/names";

/** A key of the ledger table. */
export type ItemKey = { pk: { S: string }; sk: { S: string } };

/** What is kept of the objects of one bucket: its windows and intents. */
export function objectItem(ref: BucketRef, sk: string): ItemKey {
  return { pk: { S: `OBJECTS#${place(ref)}` }, sk: { S: sk } };
}

/** The copies of one object; a hash stands for its key, which may be as long as a sort key can be. */
export function copiesItem(ref: BucketRef, key: string): ItemKey {
  return { pk: { S: `COPIES#${place(ref)}` }, sk: { S: createHash("sha256").update(key, "utf8").digest("hex") } };
}

/** The attribute by which DynamoDB deletes an item: seconds since the epoch. `now` in milliseconds. */
export function expiresIn(seconds: number, now: number): { readonly N: string } {
  return { N: String(Math.ceil(now / 1000) + seconds) };
}

// --- internal ---

function place({ account, region, bucket }: BucketRef): string {
  return `${account}#${region}#${bucket}`;
}
