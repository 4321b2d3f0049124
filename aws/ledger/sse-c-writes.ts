import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fact } from "#aws/fact";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { expiresIn, type ItemKey, objectItem } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/**
 * ISO 8601: when somebody was last seen to write an object of a bucket with a key of their own
 * (SSE-C), within the last eight days; `null`: nobody was.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function readSseCWrite({ dynamodb, table }: Table, ref: BucketRef, now: number): Promise<Fact<string | null>> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(ref), ConsistentRead: true });
  return fact("GetItem", async () => {
    const { Item: item } = await dynamodb.send(get);
    const at = item?.at?.S ?? null;
    // DynamoDB deletes what has expired days later.
    return at === null || Date.parse(at) < now - LATELY * 1000 ? null : at;
  });
}

/**
 * Remembers such a write; `at` is in milliseconds since the epoch, `null` forgets it with its
 * bucket.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function saveSseCWrite({ dynamodb, table }: Table, ref: BucketRef, at: number | null): Promise<void> {
  const time = at === null ? {} : { at: { S: new Date(at).toISOString() } };
  const Item = { ...keyOf(ref), ...time, expires: expiresIn(LATELY, at ?? 0) };
  await retryably(() => dynamodb.send(new PutItemCommand({ TableName: table, Item })));
}

// --- internal ---

/** Seconds: whoever writes so every night or every weekend is seen in it. */
const LATELY = 8 * 86_400;

function keyOf(ref: BucketRef): ItemKey {
  return objectItem(ref, "SSE-C");
}
