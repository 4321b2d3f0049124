import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { ObjectWindow } from "#core/alert/digest";
import type { Alert } from "#core/alert/schema";
import type { ToldWindows } from "#core/ledger/telling/window-fold";
import type { BucketRef } from "#core/names";
import { conditional, holds } from "./conditional.ts";
import { expiresIn, objectItem } from "./item-keys.ts";
import { retryably } from "./retryably.ts";
import { type WindowName, windowKey, windowOf } from "./window-item.ts";

/** The message that ends a window and reports it. `now` is in milliseconds since the epoch. */
export interface Teller {
  readonly id: string;
  readonly now: number;
}

/** A window to which nothing can be added any more. */
export interface ClosedWindow {
  /** The same for every delivery of its alert. */
  readonly id: string;
  readonly window: ObjectWindow;
  /** Its alert was sent, or there was nothing to report. */
  readonly told: boolean;
}

/**
 * Opens a window, if nobody has. Returns whether its end must still be asked for.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function openWindow(
  { dynamodb, table }: Table,
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

/** Notes that the message that ends a window is on its way. */
export async function windowEndAsked(ledger: Table, name: WindowName): Promise<void> {
  await set(ledger, name, "endAsked");
}

/**
 * Closes a window for the message that reports it, and returns what is in it; `null`: there is no
 * such window, or another message is reporting it. Several functions may ask for the end at the
 * same time. A message that fails is redelivered under its own id; one that never finishes leaves
 * the window to others after a while.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function closeWindow(
  { dynamodb, table }: Table,
  name: WindowName,
  teller: Teller,
): Promise<ClosedWindow | null> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "SET closed = :true, teller = :me, tellerUntil = :until",
    ConditionExpression:
      "attribute_exists(pk) AND (attribute_not_exists(teller) OR teller = :me OR tellerUntil < :now)",
    ExpressionAttributeValues: {
      ":true": { BOOL: true },
      ":me": { S: teller.id },
      ":now": { N: String(teller.now) },
      ":until": { N: String(teller.now + TELLING) },
    },
    ReturnValues: "ALL_NEW",
  });
  const closed = await conditional(() => retryably(() => dynamodb.send(update)));
  const item = closed.held ? closed.output.Attributes : undefined;
  if (item === undefined) return null;
  return { id: item.id?.S ?? "", window: windowOf(item, name.start), told: item.told !== undefined };
}

/** What the end of a window tells. */
export interface WindowTelling {
  /** `null`: nothing. */
  readonly alert: Alert | null;
  /** The intents that it tells to be open. */
  readonly intents: readonly string[];
  /** Whether it says what was told lately: it is counted, and told with others. */
  readonly isFolded?: boolean;
}

/**
 * Keeps what the end of a window tells, unless an earlier attempt did; returns what is kept.
 * Intents are closed and expire while an alert waits for its next attempt, and one id has one
 * content.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function keepTelling(
  { dynamodb, table }: Table,
  name: WindowName,
  telling: WindowTelling,
): Promise<WindowTelling> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "SET telling = if_not_exists(telling, :telling)",
    ExpressionAttributeValues: { ":telling": { S: JSON.stringify(telling) } },
    ReturnValues: "UPDATED_NEW",
  });
  const { Attributes: item } = await retryably(() => dynamodb.send(update));
  return JSON.parse(item?.telling?.S ?? "") as WindowTelling;
}

/** Notes that a window's alert was sent. */
export async function windowTold(ledger: Table, name: WindowName): Promise<void> {
  await set(ledger, name, "told");
}

/** Lets another message end a window again: writes that began in it may still be under way. */
export async function leaveWindow({ dynamodb, table }: Table, name: WindowName): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "REMOVE teller",
    ConditionExpression: "attribute_exists(pk)",
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}

/**
 * What was told of a bucket's objects lately, read consistently; `null`: nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readToldWindows({ dynamodb, table }: Table, ref: BucketRef): Promise<ToldWindows | null> {
  const get = new GetItemCommand({ TableName: table, Key: objectItem(ref, TOLD), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.told?.S === undefined ? null : (JSON.parse(item.told.S) as ToldWindows);
}

/**
 * Remembers it. Where two windows are told at once the later one is remembered, and the other is
 * told once more.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function saveToldWindows(
  { dynamodb, table }: Table,
  ref: BucketRef,
  told: ToldWindows,
  now: number,
): Promise<void> {
  const Item = { ...objectItem(ref, TOLD), told: { S: JSON.stringify(told) }, expires: expiresIn(TOLD_KEPT, now) };
  await retryably(() => dynamodb.send(new PutItemCommand({ TableName: table, Item })));
}

// --- internal ---

/** Seconds to keep a window for people who look back: 90 days. */
const KEPT = 90 * 86_400;
const TOLD = "TOLD";
/** Seconds to keep what was told: longer than anything in it is of use. */
const TOLD_KEPT = 86_400;
/**
 * Milliseconds after which a message that began to report a window must be dead: longer than a
 * function may run.
 */
const TELLING = 6 * 60_000;

async function set({ dynamodb, table }: Table, name: WindowName, attribute: "endAsked" | "told"): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "SET #attribute = :true",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: { "#attribute": attribute },
    ExpressionAttributeValues: { ":true": { BOOL: true } },
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}
