import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ObjectWindow } from "#core/object-window";
import { nameOf } from "./error.ts";
import { retryably } from "./ledger.ts";
import { expiresIn } from "./object-items.ts";
import { type WindowItem, type WindowName, windowKey, windowOf } from "./object-window-item.ts";

/** A window that takes nothing more. */
export interface ClosedWindow {
  /** The same for every delivery of its alert. */
  readonly id: string;
  readonly window: ObjectWindow;
  /** Its alert went out, or there was nothing to tell. */
  readonly told: boolean;
}

/**
 * Opens a window, if nobody has. Answers whether its end has still to be asked for.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function openWindow(
  dynamodb: DynamoDBClient,
  table: string,
  name: WindowName,
  stamp: { readonly now: number; readonly id: string },
): Promise<boolean> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "SET id = if_not_exists(id, :id), expires = :expires",
    ExpressionAttributeValues: { ":id": { S: stamp.id }, ":expires": expiresIn(KEPT, stamp.now) },
    ReturnValues: "ALL_NEW",
  });
  const { Attributes: item } = await retryably(() => dynamodb.send(update));
  return item?.endAsked === undefined;
}

/** Notes that the message which ends a window is on its way. */
export async function windowEndAsked(dynamodb: DynamoDBClient, table: string, name: WindowName): Promise<void> {
  await set(dynamodb, table, name, "endAsked");
}

/**
 * Closes a window and answers what is in it; `null`: there is no such window.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function closeWindow(
  dynamodb: DynamoDBClient,
  table: string,
  name: WindowName,
): Promise<ClosedWindow | null> {
  const item = await set(dynamodb, table, name, "closed");
  if (item === null) return null;
  return { id: item.id?.S ?? "", window: windowOf(item, name.start), told: item.told !== undefined };
}

/** Notes that a window's alert went out. */
export async function windowTold(dynamodb: DynamoDBClient, table: string, name: WindowName): Promise<void> {
  await set(dynamodb, table, name, "told");
}

// --- internal ---

/** Seconds for which a window is kept for whoever looks back: 90 days. */
const KEPT = 90 * 86_400;

async function set(
  dynamodb: DynamoDBClient,
  table: string,
  name: WindowName,
  attribute: "endAsked" | "closed" | "told",
): Promise<WindowItem | null> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "SET #attribute = :true",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: { "#attribute": attribute },
    ExpressionAttributeValues: { ":true": { BOOL: true } },
    ReturnValues: "ALL_NEW",
  });
  try {
    return (await retryably(() => dynamodb.send(update))).Attributes ?? null;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") return null;
    throw error;
  }
}
