import { createHash } from "node:crypto";
import { PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { conditional } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import { retryably } from "#aws/ledger/retryably";
import { transaction } from "#aws/ledger/transaction";
import type { Table } from "#aws/table";
import { counted, type RunCounts } from "#core/sweep/counts";
import { batchKey, countAttributes, RUN_SECONDS, type RunScope, runKey } from "./items.ts";

/** Some buckets of a run. */
export interface Batch {
  readonly id: string;
  readonly names: readonly string[];
  readonly state: "pending" | "done";
}

/**
 * Writes a batch as pending, unless it is there already; returns the state it is in.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export async function putBatch(
  { dynamodb, table }: Table,
  scope: RunScope,
  run: string,
  names: readonly string[],
  now: number,
): Promise<Batch> {
  const id = batchId(names);
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...batchKey(scope, run, id),
      state: { S: "pending" },
      names: { S: names.join("/") },
      expires: expiresIn(RUN_SECONDS, now),
    },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const written = await conditional(() => retryably(() => dynamodb.send(put)));
  return { id, names, state: !written.held && written.item?.state?.S === "done" ? "done" : "pending" };
}

/**
 * Every batch of a run.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* batchesOf(ledger: Table, scope: RunScope, run: string): AsyncGenerator<Batch> {
  const { pk, sk } = batchKey(scope, run, "");
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
    ExpressionAttributeNames: { "#state": "state", "#names": "names" },
    ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
    ProjectionExpression: "sk, #state, #names",
    ConsistentRead: true,
  });
  for await (const item of items) {
    yield {
      id: (item.sk?.S ?? "").slice(sk.S.length),
      names: (item.names?.S ?? "").split("/"),
      state: item.state?.S === "done" ? "done" : "pending",
    };
  }
}

/**
 * Ends a batch and adds its counts to its run, both or neither. Returns whether it was still
 * pending: a batch that is delivered twice counts once.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function finishBatch(
  { dynamodb, table }: Table,
  scope: RunScope,
  { run, batch }: { readonly run: string; readonly batch: string },
  counts: RunCounts,
  now: number,
): Promise<boolean> {
  const names = Object.fromEntries([...counted, "state"].map((name) => [`#${name}`, name]));
  const values = Object.fromEntries(
    Object.entries(countAttributes(counts)).map(([name, value]) => [`:${name}`, value]),
  );
  const all = (glue: string) => counted.map((name) => `#${name}${glue}:${name}`).join(", ");
  const finish = new TransactWriteItemsCommand({
    TransactItems: [
      {
        Update: {
          TableName: table,
          Key: batchKey(scope, run, batch),
          UpdateExpression: `SET #state = :done, ${all(" = ")}`,
          ConditionExpression: "#state = :pending",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...values, ":done": { S: "done" }, ":pending": { S: "pending" } },
        },
      },
      {
        Update: {
          TableName: table,
          Key: runKey(scope, run),
          UpdateExpression: `SET touched = :now ADD done :one, ${all(" ")}`,
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: Object.fromEntries(Object.entries(names).filter(([name]) => name !== "#state")),
          ExpressionAttributeValues: { ...values, ":now": { S: new Date(now).toISOString() }, ":one": { N: "1" } },
        },
      },
    ],
  });
  return transaction(() => retryably(() => dynamodb.send(finish)));
}

// --- internal ---

/** The id of a batch, made from what is in it: names that are listed twice make no second batch. */
function batchId(names: readonly string[]): string {
  return createHash("sha256").update(names.join("/"), "utf8").digest("hex").slice(0, 16);
}
