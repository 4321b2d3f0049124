import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { conditional, holds } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { RunCounts } from "#core/sweep/counts";
import type { Run } from "#core/sweep/run";
import { RUN_SECONDS, type RunScope, runAttributes, runKey, runOfItem } from "./items.ts";

/**
 * A run; `null`: there is none of that name.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readRun({ dynamodb, table }: Table, scope: RunScope, id: string): Promise<Run | null> {
  const get = new GetItemCommand({ TableName: table, Key: runKey(scope, id), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item === undefined ? null : runOfItem(item);
}

/** Writes a run that begins; one that is there already is left as it is. */
export async function putRun({ dynamodb, table }: Table, scope: RunScope, run: Run): Promise<void> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...runKey(scope, run.id), ...runAttributes(run), expires: expiresIn(RUN_SECONDS, Date.parse(run.started)) },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  await holds(() => retryably(() => dynamodb.send(put)));
}

/**
 * Moves a run from one of some states into another, or only notes that it made progress. Returns it
 * as it is then; `null`: it was in none of those states.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export async function moveRun(
  { dynamodb, table }: Table,
  scope: RunScope,
  id: string,
  move: {
    readonly from: readonly Run["state"][];
    readonly to: Run["state"];
    /** Milliseconds since the epoch. */
    readonly now: number;
    readonly batches?: number;
    /** What is forgiven from now on. */
    readonly resumed?: RunCounts;
    /** Only if nothing has happened to the run since it was read. */
    readonly touched?: string;
  },
): Promise<Run | null> {
  const { batches, touched, resumed } = move;
  const set = ["#state = :to", "touched = :now"];
  if (batches !== undefined) set.push("batches = :batches");
  if (resumed !== undefined) set.push("resumed = :resumed");
  const update = new UpdateItemCommand({
    TableName: table,
    Key: runKey(scope, id),
    UpdateExpression: `SET ${set.join(", ")}`,
    ConditionExpression: `#state IN (${move.from.map((_, at) => `:from${at}`).join(", ")})${touched === undefined ? "" : " AND touched = :touched"}`,
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":to": { S: move.to },
      ":now": { S: new Date(move.now).toISOString() },
      ...Object.fromEntries(move.from.map((state, at) => [`:from${at}`, { S: state }])),
      ...(batches === undefined ? {} : { ":batches": { N: String(batches) } }),
      ...(resumed === undefined ? {} : { ":resumed": { S: JSON.stringify(resumed) } }),
      ...(touched === undefined ? {} : { ":touched": { S: touched } }),
    },
    ReturnValues: "ALL_NEW",
  });
  const moved = await conditional(() => retryably(() => dynamodb.send(update)));
  return moved.held && moved.output.Attributes !== undefined ? runOfItem(moved.output.Attributes) : null;
}
