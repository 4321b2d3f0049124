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
