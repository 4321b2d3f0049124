import { GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { conditional } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import type { Backfill, BackfillState } from "#core/backfill/backfill";
import type { BucketRef } from "#core/names";
import { BACKFILL_SECONDS, backfillAttributes, backfillKey, backfillOfItem, pointerKey } from "./items.ts";
import { beginRequest } from "./requests.ts";

/**
 * A backfill of a bucket; `null`: there is none of that id.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readBackfill({ dynamodb, table }: Table, ref: BucketRef, id: string): Promise<Backfill | null> {
  const get = new GetItemCommand({ TableName: table, Key: backfillKey(ref, id), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item === undefined ? null : backfillOfItem(item);
}

/** The bucket's last backfill, under way or over; `null`: there was none. */
export async function lastBackfill(ledger: Table, ref: BucketRef): Promise<Backfill | null> {
  const { dynamodb, table } = ledger;
  const get = new GetItemCommand({ TableName: table, Key: pointerKey(ref), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.id?.S === undefined ? null : readBackfill(ledger, ref, item.id.S);
}

/**
 * Begins a backfill, if the bucket's last one is still what was read: of two starts at once, one
 * begins. What it is about has been waiting until then, and waits no more. Returns whether it did.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where it met another transaction.
 */
export async function beginBackfill(
  { dynamodb, table }: Table,
  backfill: Backfill,
  seen: Pick<Backfill, "id"> | null,
  requests: readonly string[] = [],
): Promise<boolean> {
  const { ref, id } = backfill;
  const begin = new TransactWriteItemsCommand({
    TransactItems: [
      {
        Put: {
          TableName: table,
          Item: { ...pointerKey(ref), id: { S: id } },
          ConditionExpression: seen === null ? "attribute_not_exists(pk)" : "id = :seen",
          ...(seen === null ? {} : { ExpressionAttributeValues: { ":seen": { S: seen.id } } }),
        },
      },
      {
        Put: {
          TableName: table,
          Item: {
            ...backfillKey(ref, id),
            ...backfillAttributes(backfill),
            expires: expiresIn(BACKFILL_SECONDS, Date.parse(backfill.started)),
          },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      ...requests.map((request) => beginRequest(table, ref, request, id)),
    ],
  });
  return transaction(() => retryably(() => dynamodb.send(begin)));
}

/**
 * Moves a backfill from one of some states into another. Returns it as it is then; `null`: it was
 * in none of those states.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export async function moveBackfill(
  { dynamodb, table }: Table,
  { ref, id }: Pick<Backfill, "ref" | "id">,
  move: {
    readonly from: readonly BackfillState[];
    readonly to: BackfillState;
    /** Milliseconds since the epoch. */
    readonly now: number;
    /** Why it failed. */
    readonly why?: string;
  },
): Promise<Backfill | null> {
  const { from, to, now, why } = move;
  const update = new UpdateItemCommand({
    TableName: table,
    Key: backfillKey(ref, id),
    UpdateExpression: `SET #state = :to, touched = :now${why === undefined ? " REMOVE why" : ", why = :why"}`,
    ConditionExpression: `#state IN (${from.map((_, at) => `:from${at}`).join(", ")})`,
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":to": { S: to },
      ":now": { S: new Date(now).toISOString() },
      ...Object.fromEntries(from.map((state, at) => [`:from${at}`, { S: state }])),
      ...(why === undefined ? {} : { ":why": { S: why } }),
    },
    ReturnValues: "ALL_NEW",
  });
  const moved = await conditional(() => retryably(() => dynamodb.send(update)));
  return moved.held && moved.output.Attributes !== undefined ? backfillOfItem(moved.output.Attributes) : null;
}
