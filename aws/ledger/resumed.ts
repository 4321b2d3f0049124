import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";
import { expiresIn, type ItemKey } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/**
 * ISO 8601: when a person closed a bucket's breaker last; `null`: nobody did lately.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readResumed({ dynamodb, table }: Table, ref: BucketRef): Promise<string | null> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(ref), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.at?.S ?? null;
}

/**
 * Records that a person closes a bucket's breaker. An item of its own: whoever may write it can
 * change nothing else of what is known about the bucket.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function writeResumed(
  { dynamodb, table }: Table,
  ref: BucketRef,
  { by, at }: { readonly by: string; readonly at: string },
): Promise<void> {
  const Item = { ...keyOf(ref), by: { S: by }, at: { S: at }, expires: expiresIn(KEPT, Date.parse(at)) };
  await retryably(() => dynamodb.send(new PutItemCommand({ TableName: table, Item })));
}

// --- internal ---

/** Seconds: longer than a breaker stays open. */
const KEPT = 8 * 86_400;

function keyOf({ account, region, bucket }: BucketRef): ItemKey {
  return { pk: { S: `RESUMED#${account}#${region}` }, sk: { S: bucket } };
}
