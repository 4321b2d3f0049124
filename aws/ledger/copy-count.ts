import { randomInt } from "node:crypto";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { ObjectRef } from "#core/names";
import { copiesItem, expiresIn } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/** A write that was counted; `mark` takes it back. */
export interface CountedCopy {
  /** How many there were in the last ten minutes, this one included. */
  readonly recent: number;
  readonly mark: string;
}

/**
 * Counts a copy of an object that is about to be made.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function countCopy(ledger: Table, object: ObjectRef, now: number): Promise<CountedCopy> {
  // Two copies in one millisecond are two.
  const mark = `${now}.${String(randomInt(1, 10 ** 9)).padStart(9, "0")}5`;
  const update = new UpdateItemCommand({
    TableName: ledger.table,
    Key: copiesItem(object.bucket, object.key),
    UpdateExpression: "ADD times :mark SET expires = :expires",
    ExpressionAttributeValues: { ":mark": { NS: [mark] }, ":expires": expiresIn((2 * SPAN) / 1000, now) },
    ReturnValues: "ALL_NEW",
  });
  const { Attributes: item } = await retryably(() => ledger.dynamodb.send(update));
  const times = item?.times?.NS ?? [];
  const old = times.filter((time) => Number(time) <= now - SPAN);
  if (old.length > MANY) await forget(ledger, object, old);
  return { recent: times.length - old.length, mark };
}

/** Takes back the count of a copy that was not made after all. */
export async function uncountCopy(ledger: Table, object: ObjectRef, mark: string): Promise<void> {
  await forget(ledger, object, [mark]);
}

// --- internal ---

/** Milliseconds. */
const SPAN = 10 * 60_000;
/** Old times that may stay in an item: not every copy has to clean up. */
const MANY = 20;

async function forget({ dynamodb, table }: Table, object: ObjectRef, times: readonly string[]): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: copiesItem(object.bucket, object.key),
    UpdateExpression: "DELETE times :times",
    ExpressionAttributeValues: { ":times": { NS: [...times] } },
  });
  await retryably(() => dynamodb.send(update));
}
