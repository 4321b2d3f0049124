import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";

/**
 * Some buckets that the ledger knows under one of these rules, no more than asked for. Of each
 * shard of the index only the beginning is read: an account may have a hundred thousand buckets.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function someBucketsOf(
  ledger: Table,
  { account, region }: { readonly account: string; readonly region: string },
  rules: ReadonlySet<string>,
  most: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (let shard = 0; shard < SHARDS.account && found.length < most; shard++) {
    const items = pagesOf(ledger, {
      IndexName: "ByAccount",
      KeyConditionExpression: "accountShard = :shard",
      ExpressionAttributeValues: { ":shard": { S: `${account}#${region}#${shard}` } },
      ProjectionExpression: "#bucket, #rule",
      ExpressionAttributeNames: { "#bucket": "bucket", "#rule": "rule" },
    });
    let read = 0;
    for await (const { bucket, rule } of items) {
      if (bucket?.S !== undefined && rules.has(rule?.S ?? "")) found.push(bucket.S);
      if (++read === BEGINNING || found.length === most) break;
    }
  }
  return found;
}

// --- internal ---

const BEGINNING = 200;
