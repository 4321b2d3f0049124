import { createHash } from "node:crypto";
import {
  type AttributeValue,
  PutItemCommand,
  type PutItemCommandInput,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { conditional } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import { transaction } from "#aws/ledger/transaction";
import type { Table } from "#aws/table";
import type { Batch } from "./batches.ts";
import { batchKey, RUN_SECONDS, type RunScope } from "./items.ts";

/**
 * Writes batches as pending, unless they are there already; returns them in the state they are in.
 * Those that are all new are written by few calls.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function putBatches(
  ledger: Table,
  scope: RunScope,
  run: string,
  lists: readonly (readonly string[])[],
  now: number,
): Promise<readonly Batch[]> {
  const puts = lists.map((names) => ({ names, put: putOf(ledger, scope, run, names, now) }));
  const batches: Batch[] = [];
  for (let at = 0; at < puts.length; at += AT_ONCE) {
    const some = puts.slice(at, at + AT_ONCE);
    const together = new TransactWriteItemsCommand({ TransactItems: some.map(({ put }) => ({ Put: put })) });
    const areNew = await transaction(() => retryably(() => ledger.dynamodb.send(together)));
    for (const { names, put } of some) batches.push(areNew ? newBatch(names) : await putBatch(ledger, names, put));
  }
  return batches;
}

// --- internal ---

/** Writes of one transaction. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const AT_ONCE = 100;

type PutBatch = PutItemCommandInput & { readonly Item: Record<string, AttributeValue> };

function putOf({ table }: Table, scope: RunScope, run: string, names: readonly string[], now: number): PutBatch {
  return {
    TableName: table,
    Item: {
      ...batchKey(scope, run, batchId(names)),
      state: { S: "pending" },
      names: { S: names.join("/") },
      expires: expiresIn(RUN_SECONDS, now),
    },
    ConditionExpression: "attribute_not_exists(pk)",
  };
}

/**
 * Writes one batch; returns it in the state it is in.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
async function putBatch({ dynamodb }: Table, names: readonly string[], put: PutBatch): Promise<Batch> {
  const one = new PutItemCommand({ ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" });
  const written = await conditional(() => retryably(() => dynamodb.send(one)));
  const isDone = !written.held && written.item?.state?.S === "done";
  return isDone ? { ...newBatch(names), state: "done" } : newBatch(names);
}

function newBatch(names: readonly string[]): Batch {
  return { id: batchId(names), names, state: "pending" };
}

/** The id of a batch, made from what is in it: names that are listed twice make no second batch. */
function batchId(names: readonly string[]): string {
  return createHash("sha256").update(names.join("/"), "utf8").digest("hex").slice(0, 16);
}
