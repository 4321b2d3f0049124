import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { expiresIn, objectItem } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/**
 * Whether a window is the one that tells of a bucket's replicas: the first to tell this of them, or
 * the first after a month without any. Asked again for the same window it answers the same.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @param what - what is told of them
 * @param now - milliseconds since the epoch
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function tellsOfReplicas(
  { dynamodb, table }: Table,
  ref: BucketRef,
  { what, window, now }: { readonly what: string; readonly window: string; readonly now: number },
): Promise<boolean> {
  const expires = expiresIn(MONTH, now);
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...objectItem(ref, "REPLICAS"), what: { S: what }, window: { S: window }, expires },
    // DynamoDB deletes what has expired days later.
    ConditionExpression: "attribute_not_exists(pk) OR what <> :what OR #window = :window OR expires < :now",
    ExpressionAttributeNames: { "#window": "window" },
    ExpressionAttributeValues: { ":what": { S: what }, ":window": { S: window }, ":now": expiresIn(0, now) },
  });
  if (await holds(() => retryably(() => dynamodb.send(put)))) return true;
  const stillThere = new UpdateItemCommand({
    TableName: table,
    Key: objectItem(ref, "REPLICAS"),
    UpdateExpression: "SET expires = :expires",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":expires": expires },
  });
  await holds(() => retryably(() => dynamodb.send(stillThere)));
  return false;
}

// --- internal ---

/** Seconds. */
const MONTH = 30 * 86_400;
