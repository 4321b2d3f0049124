import { type AttributeValue, BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { RetryableError } from "#aws/error";
import { stateKey, stateOfItem } from "#aws/ledger/bucket-state";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { BucketState } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import type { Run } from "#core/sweep/run";
import { batchKey, type RunScope, runKey, runOfItem } from "./items.ts";

/** Names a batch of a run. */
export interface BatchOfRun {
  readonly run: string;
  readonly batch: string;
}

/** What the ledger knows when some batches are begun, by one call. */
export interface BatchFacts {
  /** Those that there are, by id. */
  readonly runs: ReadonlyMap<string, Run>;
  readonly isDone: (name: BatchOfRun) => boolean;
  /** States that were read, by bucket; those that were not are read one by one. */
  readonly states: ReadonlyMap<string, BucketState>;
}

/**
 * Reads batches, their runs and the states of their buckets, consistently: a hundred items at most.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where a run or a batch was left out.
 */
export async function readBatchFacts(
  { dynamodb, table }: Table,
  scope: RunScope,
  batches: readonly BatchOfRun[],
  refs: readonly BucketRef[],
): Promise<BatchFacts> {
  const ids = [...new Set(batches.map(({ run }) => run))];
  const own = [...ids.map((id) => runKey(scope, id)), ...batches.map(({ run, batch }) => batchKey(scope, run, batch))];
  // DynamoDB refuses a list that names an item twice.
  const keys = new Map([...own, ...refs.map(stateKey)].map((key) => [nameOf(key), key]));
  const get = new BatchGetItemCommand({
    RequestItems: { [table]: { Keys: [...keys.values()], ConsistentRead: true } },
  });
  const { Responses = {}, UnprocessedKeys = {} } = await retryably(() => dynamodb.send(get));
  const found = new Map((Responses[table] ?? []).map((item) => [nameOf(item), item]));
  const left = new Set((UnprocessedKeys[table]?.Keys ?? []).map(nameOf));
  if (own.some((key) => left.has(nameOf(key)))) throw new RetryableError("the ledger left a run out of what was asked");
  const runs = ids.flatMap((id) => {
    const item = found.get(nameOf(runKey(scope, id)));
    return item === undefined ? [] : [[id, runOfItem(item)] as const];
  });
  const states = refs.flatMap((ref) => {
    const key = nameOf(stateKey(ref));
    return left.has(key) ? [] : [[ref.bucket, stateOfItem(found.get(key))] as const];
  });
  return {
    runs: new Map(runs),
    isDone: ({ run, batch }) => found.get(nameOf(batchKey(scope, run, batch)))?.state?.S === "done",
    states: new Map(states),
  };
}

// --- internal ---

function nameOf(item: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify([item.pk?.S, item.sk?.S]);
}
