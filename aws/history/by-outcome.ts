import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import type { Outcome } from "#core/outcome";

/** A bucket as the index by outcome shows it. */
export interface BucketByOutcome {
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  readonly outcome: Outcome;
  readonly rule: string | null;
  /** ISO 8601: since when its outcome is unchanged. */
  readonly since: string;
}

/**
 * The buckets with one outcome, those of one shard after the other, the
 * oldest of each first. What was written a moment ago may be missing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* bucketsByOutcome(ledger: Table, outcome: Outcome): AsyncGenerator<BucketByOutcome> {
  for (let shard = 0; shard < SHARDS.outcome; shard++) {
    const items = pagesOf(ledger, {
      IndexName: "ByOutcome",
      KeyConditionExpression: "outcomeShard = :shard",
      ExpressionAttributeValues: { ":shard": { S: `${outcome}#${shard}` } },
    });
    for await (const { account, region, bucket, rule, since } of items) {
      const place = { account: account?.S ?? "", region: region?.S ?? "", bucket: bucket?.S ?? "" };
      yield { ...place, outcome, rule: rule?.S ?? null, since: since?.S ?? "" };
    }
  }
}
