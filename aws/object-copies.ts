import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ObjectRef } from "#core/object-types";
import { retryably } from "./ledger.ts";
import { copiesItem, expiresIn } from "./object-items.ts";

/**
 * Counts a copy of a key that is about to be made; answers how many there were in the last ten minutes, this one included. An attempt that is then
 * not made counts too, so that a key somebody keeps fighting over has to come to rest first.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function countCopy(
  dynamodb: DynamoDBClient,
  table: string,
  object: ObjectRef,
  now: number,
): Promise<number> {
  const Key = copiesItem(object.bucket, object.key);
  const expires = expiresIn(2 * (SPAN / 1000), now);
  const update = new UpdateItemCommand({
    TableName: table,
    Key,
    UpdateExpression: "SET times = list_append(if_not_exists(times, :none), :now), expires = :expires",
    ExpressionAttributeValues: { ":none": { L: [] }, ":now": { L: [{ N: String(now) }] }, ":expires": expires },
    ReturnValues: "ALL_NEW",
  });
  const { Attributes: item } = await retryably(() => dynamodb.send(update));
  const all = (item?.times?.L ?? []).map((time) => Number(time.N));
  const recent = all.filter((time) => time > now - SPAN);
  if (all.length > MANY) await forget(dynamodb, table, Key, recent.slice(-MANY / 2), all.length);
  return recent.length;
}

// --- internal ---

/** Milliseconds. */
const SPAN = 10 * 60_000;
/** Times in one item, after which the older ones are left out. */
const MANY = 100;

async function forget(
  dynamodb: DynamoDBClient,
  table: string,
  Key: ReturnType<typeof copiesItem>,
  kept: readonly number[],
  size: number,
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key,
    UpdateExpression: "SET times = :kept",
    ConditionExpression: "size(times) = :size",
    ExpressionAttributeValues: {
      ":kept": { L: kept.map((time) => ({ N: String(time) })) },
      ":size": { N: String(size) },
    },
  });
  // Somebody else counted meanwhile, and will leave them out.
  await dynamodb.send(update).catch(() => undefined);
}
