import { type AttributeValue, BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { RetryableError } from "#aws/error";
import { stateKey, stateOfItem } from "#aws/ledger/bucket-state";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { BucketState } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import type { Run } from "#core/sweep/run";
import { batchKey, type RunScope, runKey, runOfItem } from "./items.ts";

/** What the ledger knows when a batch is begun, by one call. */
export interface BatchFacts {
  /** `null`: there is none. */
  readonly run: Run | null;
  readonly isDone: boolean;
  /** States that were read; those that were not are read one by one. */
  readonly states: ReadonlyMap<string, BucketState>;
}

/**
 * Reads a run, one of its batches and the states of the batch's buckets, consistently.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where run or batch were left out.
 */
export async function readBatchFacts(
  { dynamodb, table }: Table,
  scope: RunScope,
  { run, batch }: { readonly run: string; readonly batch: string },
  refs: readonly BucketRef[],
): Promise<BatchFacts> {
  const own = [runKey(scope, run), batchKey(scope, run, batch)];
  const get = new BatchGetItemCommand({
    RequestItems: { [table]: { Keys: [...own, ...refs.map(stateKey)], ConsistentRead: true } },
  });
  const { Responses = {}, UnprocessedKeys = {} } = await retryably(() => dynamodb.send(get));
  const found = new Map((Responses[table] ?? []).map((item) => [nameOf(item), item]));
  const left = new Set((UnprocessedKeys[table]?.Keys ?? []).map(nameOf));
  const [runItem, batchItem] = own.map((key) => {
    if (left.has(nameOf(key))) throw new RetryableError("the ledger left a run out of what was asked");
    return found.get(nameOf(key));
  });
  const states = refs.flatMap((ref) => {
    const key = nameOf(stateKey(ref));
    return left.has(key) ? [] : [[ref.bucket, stateOfItem(found.get(key))] as const];
  });
  return {
    run: runItem === undefined ? null : runOfItem(runItem),
    isDone: batchItem?.state?.S === "done",
    states: new Map(states),
  };
}

// --- internal ---

function nameOf(item: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify([item.pk?.S, item.sk?.S]);
}
