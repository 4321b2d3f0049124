import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { ObjectWindow } from "#core/alert/digest";
import { conditional, holds } from "./conditional.ts";
import { expiresIn } from "./item-keys.ts";
import { retryably } from "./retryably.ts";
import { type WindowName, windowKey, windowOf } from "./window-item.ts";

/** Who tells of a window: the message that ends it. `now` in milliseconds since the epoch. */
export interface Teller {
  readonly id: string;
  readonly now: number;
}

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

/** Notes that the message which ends a window is on its way. */
export async function windowEndAsked(ledger: Table, name: WindowName): Promise<void> {
  await set(ledger, name, "endAsked");
}

/**
 * Closes a window for who tells of it, and answers what is in it; `null`: there is no such window, or another message that ends it is being worked
 * on. Several functions may have asked for the end, and all of them at the same time; one that failed comes again under its own name, and one
 * that was given up leaves the window to others after a while.
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

/** Notes that a window's alert went out. */
export async function windowTold(ledger: Table, name: WindowName): Promise<void> {
  await set(ledger, name, "told");
}

/** Lets another message end a window once more, since what was begun in it may be under way still. */
export async function leaveWindow({ dynamodb, table }: Table, name: WindowName): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: windowKey(name),
    UpdateExpression: "REMOVE teller",
    ConditionExpression: "attribute_exists(pk)",
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}

// --- internal ---

/** Seconds for which a window is kept for whoever looks back: 90 days. */
const KEPT = 90 * 86_400;
/** Milliseconds after which whoever set out to tell of a window is not at it any more: longer than a function may run. */
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
