import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { BucketRef, Fact } from "#core/types";
import { nameOf, unknownOrThrow } from "./error.ts";
import { retryably } from "./ledger.ts";
import { objectItem } from "./object-items.ts";

/**
 * Whether an integrity alarm stopped all writes to the objects of a bucket: `null`, or since when and what was seen.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function readAlarm(dynamodb: DynamoDBClient, table: string, ref: BucketRef): Promise<Fact<string | null>> {
  try {
    const get = new GetItemCommand({ TableName: table, Key: objectItem(ref, ALARM), ConsistentRead: true });
    const { Item: item } = await dynamodb.send(get);
    return { known: true, value: item === undefined ? null : `${item.at?.S}: ${item.what?.S}` };
  } catch (error) {
    return unknownOrThrow(error, "the integrity alarm of a bucket");
  }
}

/**
 * Stops all writes to the objects of a bucket until a person looked. Answers false if they were stopped before; the first reason stays.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function writeAlarm(
  dynamodb: DynamoDBClient,
  table: string,
  ref: BucketRef,
  alarm: { readonly what: string; readonly at: string },
): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...objectItem(ref, ALARM), what: { S: alarm.what }, at: { S: alarm.at } },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  try {
    await retryably(() => dynamodb.send(put));
    return true;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

/** Lets writes go on, after a person looked. */
export async function clearAlarm(dynamodb: DynamoDBClient, table: string, ref: BucketRef): Promise<void> {
  await retryably(() => dynamodb.send(new DeleteItemCommand({ TableName: table, Key: objectItem(ref, ALARM) })));
}

// --- internal ---

const ALARM = "ALARM";
