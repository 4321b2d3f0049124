import { type AttributeValue, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { pagesOf } from "#aws/ledger/pages";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import { addCounts, counted, noCounts, type RunCounts } from "#core/sweep/counts";
import { batchKey, countAttributes, type RunScope, runKey } from "./items.ts";

/** Some buckets of a run. */
export interface Batch {
  readonly id: string;
  readonly names: readonly string[];
  /** Where they are; `null`: at home. */
  readonly at: RunScope | null;
  readonly state: "pending" | "done";
}

/**
 * Every batch of a run.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* batchesOf(ledger: Table, scope: RunScope, run: string): AsyncGenerator<Batch> {
  const { pk, sk } = batchKey(scope, run, "");
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
    ExpressionAttributeNames: { "#state": "state", "#names": "names", "#at": "at" },
    ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
    ProjectionExpression: "sk, #state, #names, #at",
    ConsistentRead: true,
  });
  for await (const item of items) {
    yield {
      id: (item.sk?.S ?? "").slice(sk.S.length),
      names: (item.names?.S ?? "").split("/"),
      at: placeOfItem(item.at?.S),
      state: item.state?.S === "done" ? "done" : "pending",
    };
  }
}

/** A batch that is done, with what became of its buckets. */
export interface DoneBatch {
  readonly batch: string;
  readonly counts: RunCounts;
}

/**
 * Ends batches of a run and adds their counts to it, all or none. Returns whether all of them were
 * still pending: a batch that is delivered twice counts once.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where it met another transaction.
 */
export async function finishBatches(
  { dynamodb, table }: Table,
  scope: RunScope,
  run: string,
  batches: readonly DoneBatch[],
  now: number,
): Promise<boolean> {
  const names = Object.fromEntries(counted.map((name) => [`#${name}`, name]));
  const all = (glue: string) => counted.map((name) => `#${name}${glue}:${name}`).join(", ");
  const ends = batches.map(({ batch, counts }) => ({
    Update: {
      TableName: table,
      Key: batchKey(scope, run, batch),
      UpdateExpression: `SET #state = :done, ${all(" = ")}`,
      ConditionExpression: "#state = :pending",
      ExpressionAttributeNames: { ...names, "#state": "state" },
      ExpressionAttributeValues: { ...valuesOf(counts), ":done": { S: "done" }, ":pending": { S: "pending" } },
    },
  }));
  const sum = batches.map(({ counts }) => counts).reduce(addCounts, noCounts);
  const add = {
    Update: {
      TableName: table,
      Key: runKey(scope, run),
      UpdateExpression: `SET touched = :now ADD done :more, ${all(" ")}`,
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...valuesOf(sum),
        ":now": { S: new Date(now).toISOString() },
        ":more": { N: String(batches.length) },
      },
    },
  };
  const finish = new TransactWriteItemsCommand({ TransactItems: [...ends, add] });
  return transaction(() => retryably(() => dynamodb.send(finish)));
}

// --- internal ---

function placeOfItem(at: string | undefined): RunScope | null {
  const [account = "", region = ""] = at?.split("/") ?? [];
  return at === undefined ? null : { account, region };
}

function valuesOf(counts: RunCounts): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(countAttributes(counts)).map(([name, value]) => [`:${name}`, value]));
}
