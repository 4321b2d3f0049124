import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";

/**
 * The buckets that are due to be looked at by themselves, those of one shard after the other, the
 * oldest of each first: a breaker's trial, the end of a fold, of an exemption.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 * @param now - milliseconds since the epoch
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* dueBuckets(ledger: Table, now: number): AsyncGenerator<BucketRef> {
  for (let shard = 0; shard < SHARDS.due; shard++) {
    const items = pagesOf(ledger, {
      IndexName: "ByDue",
      KeyConditionExpression: "dueShard = :shard AND due <= :now",
      ExpressionAttributeValues: { ":shard": { S: `due#${shard}` }, ":now": { S: new Date(now).toISOString() } },
    });
    for await (const { partition, account, region, bucket } of items) {
      yield {
        partition: partition?.S ?? "aws",
        account: account?.S ?? "",
        region: region?.S ?? "",
        bucket: bucket?.S ?? "",
      };
    }
  }
}
