import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { holds } from "#aws/ledger/conditional";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { RunCounts } from "#core/sweep/counts";
import type { Run, RunKind } from "#core/sweep/run";
import { countAttributes, countsOfItem, currentKey, lastKey, type RunScope } from "./items.ts";

/** The result of a run that ended, as the next one compares itself with it. */
export interface LastRun {
  readonly run: string;
  readonly by: string;
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string;
  readonly counts: RunCounts;
}

/**
 * The id of the run of a kind that is under way; `null`: there is none.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 */
export async function currentRun({ dynamodb, table }: Table, scope: RunScope, kind: RunKind): Promise<string | null> {
  const get = new GetItemCommand({ TableName: table, Key: currentKey(scope, kind), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.run?.S ?? null;
}

/**
 * Makes a run the current one, if the current one is still what was read; returns whether it is.
 */
export async function claimCurrent(
  { dynamodb, table }: Table,
  scope: RunScope,
  { id, kind }: Pick<Run, "id" | "kind">,
  seen: string | null,
): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...currentKey(scope, kind), run: { S: id } },
    ConditionExpression: seen === null ? "attribute_not_exists(pk) OR run = :id" : "run = :seen OR run = :id",
    ExpressionAttributeValues: { ":id": { S: id }, ...(seen === null ? {} : { ":seen": { S: seen } }) },
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

/** Ends a run's time as the current one. */
export async function releaseCurrent(
  { dynamodb, table }: Table,
  scope: RunScope,
  { id, kind }: Pick<Run, "id" | "kind">,
): Promise<void> {
  const remove = new DeleteItemCommand({
    TableName: table,
    Key: currentKey(scope, kind),
    ConditionExpression: "attribute_not_exists(pk) OR run = :id",
    ExpressionAttributeValues: { ":id": { S: id } },
  });
  await holds(() => retryably(() => dynamodb.send(remove)));
}

/** The last run of a kind that ended; `null`: there was none. */
export async function readLast({ dynamodb, table }: Table, scope: RunScope, kind: RunKind): Promise<LastRun | null> {
  const get = new GetItemCommand({ TableName: table, Key: lastKey(scope, kind), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  if (item === undefined) return null;
  const text = (name: string) => item[name]?.S ?? "";
  return {
    run: text("run"),
    by: text("by"),
    started: text("started"),
    ended: text("ended"),
    counts: countsOfItem(item),
  };
}

export async function writeLast(
  { dynamodb, table }: Table,
  scope: RunScope,
  kind: RunKind,
  { counts, ...last }: LastRun,
): Promise<void> {
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...lastKey(scope, kind),
      ...countAttributes(counts),
      ...Object.fromEntries(Object.entries(last).map(([name, text]) => [name, { S: text }])),
    },
  });
  await retryably(() => dynamodb.send(put));
}
