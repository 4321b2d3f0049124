import { type AttributeValue, BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { RetryableError } from "#aws/error";
import { stateKey, stateOfItem } from "#aws/ledger/bucket-state";
import type { ItemKey } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { BucketState } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import type { Run } from "#core/sweep/run";
import { batchKey, type RunScope, runKey, runOfItem } from "./items.ts";

/** Names a batch of a run. */
export interface BatchOfRun {
  /** Where the run is. */
  readonly scope: RunScope;
  readonly run: string;
  readonly batch: string;
}

/** What the ledger knows when some batches are begun, by one call. */
export interface BatchFacts {
  /** The run of a batch; `undefined`: there is none. */
  readonly run: (name: BatchOfRun) => Run | undefined;
  readonly isDone: (name: BatchOfRun) => boolean;
  /** A state that was read; those that were not are read one by one. */
  readonly state: (ref: BucketRef) => BucketState | undefined;
}

/**
 * Reads batches, their runs and the states of their buckets, consistently: a hundred items at most.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where a run or a batch was left out.
 */
export async function readBatchFacts(
  { dynamodb, table }: Table,
  batches: readonly BatchOfRun[],
  refs: readonly BucketRef[],
): Promise<BatchFacts> {
  const own = batches.flatMap((name) => [runKey(name.scope, name.run), keyOf(name)]);
  // DynamoDB refuses a list that names an item twice.
  const keys = new Map([...own, ...refs.map(stateKey)].map((key) => [nameOf(key), key]));
  const get = new BatchGetItemCommand({
    RequestItems: { [table]: { Keys: [...keys.values()], ConsistentRead: true } },
  });
  const { Responses = {}, UnprocessedKeys = {} } = await retryably(() => dynamodb.send(get));
  const found = new Map((Responses[table] ?? []).map((item) => [nameOf(item), item]));
  const left = new Set((UnprocessedKeys[table]?.Keys ?? []).map(nameOf));
  if (own.some((key) => left.has(nameOf(key)))) throw new RetryableError("the ledger left a run out of what was asked");
  const states = new Map(
    refs.flatMap((ref) => {
      const key = nameOf(stateKey(ref));
      return left.has(key) ? [] : [[key, stateOfItem(found.get(key))] as const];
    }),
  );
  return {
    run: ({ scope, run }) => {
      const item = found.get(nameOf(runKey(scope, run)));
      return item === undefined ? undefined : runOfItem(item);
    },
    isDone: (name) => found.get(nameOf(keyOf(name)))?.state?.S === "done",
    state: (ref) => states.get(nameOf(stateKey(ref))),
  };
}

// --- internal ---

function keyOf({ scope, run, batch }: BatchOfRun): ItemKey {
  return batchKey(scope, run, batch);
}

function nameOf(item: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify([item.pk?.S, item.sk?.S]);
}
