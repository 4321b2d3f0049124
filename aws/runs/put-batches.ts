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
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import type { Batch } from "./batches.ts";
import { batchKey, RUN_SECONDS, type RunScope } from "./items.ts";

/** Some names, and where they are; `null`: at home. */
type Listed = Pick<Batch, "names" | "at">;

/**
 * Writes batches as pending, unless they are there already; returns them in the state they are in.
 * Those that are all new are written by few calls.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function putBatches(
  ledger: Table,
  scope: RunScope,
  run: string,
  lists: readonly Listed[],
  now: number,
): Promise<readonly Batch[]> {
  const puts = lists.map((listed) => ({ listed, put: putOf(ledger, scope, run, listed, now) }));
  const batches: Batch[] = [];
  for (let at = 0; at < puts.length; at += AT_ONCE) {
    const some = puts.slice(at, at + AT_ONCE);
    const together = new TransactWriteItemsCommand({ TransactItems: some.map(({ put }) => ({ Put: put })) });
    const areNew = await transaction(() => retryably(() => ledger.dynamodb.send(together)));
    for (const { listed, put } of some) batches.push(areNew ? newBatch(listed) : await putBatch(ledger, listed, put));
  }
  return batches;
}

// --- internal ---

/** Writes of one transaction. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const AT_ONCE = 100;

type PutBatch = PutItemCommandInput & { readonly Item: Record<string, AttributeValue> };

function putOf({ table }: Table, scope: RunScope, run: string, listed: Listed, now: number): PutBatch {
  const { names, at } = listed;
  return {
    TableName: table,
    Item: {
      ...batchKey(scope, run, batchId(listed)),
      state: { S: "pending" },
      names: { S: names.join("/") },
      ...(at === null ? {} : { at: { S: nameOf(at) } }),
      expires: expiresIn(RUN_SECONDS, now),
    },
    ConditionExpression: "attribute_not_exists(pk)",
  };
}

/**
 * Writes one batch; returns it in the state it is in.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
async function putBatch({ dynamodb }: Table, listed: Listed, put: PutBatch): Promise<Batch> {
  const one = new PutItemCommand({ ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" });
  const written = await conditional(() => retryably(() => dynamodb.send(one)));
  const isDone = !written.held && written.item?.state?.S === "done";
  return isDone ? { ...newBatch(listed), state: "done" } : newBatch(listed);
}

function newBatch(listed: Listed): Batch {
  return { ...listed, id: batchId(listed), state: "pending" };
}

function nameOf({ account, region }: RunScope): string {
  return `${account}/${region}`;
}

/** The id of a batch, made from what is in it: names that are listed twice make no second batch. */
function batchId({ names, at }: Listed): string {
  const all = at === null ? names : [nameOf(at), ...names];
  return createHash("sha256").update(all.join("/"), "utf8").digest("hex").slice(0, 16);
}
