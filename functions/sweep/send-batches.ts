import type { Batch } from "#aws/runs/batches";
import type { RunScope } from "#aws/runs/items";
import { putBatches } from "#aws/runs/put-batches";
import { sendBodies } from "#aws/sqs/queue";
import { RetryableError } from "#core/retryable";
import { type BatchMessage, MAX_NAMES } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import type { SweepShared } from "./shared.ts";

type RunName = Pick<Run, "id" | "kind">;

/**
 * Records names as batches of a run, ten in each, and sends those that are not done into the lane.
 * What is recorded first is found again if the function dies before it was sent.
 * @param at - where they are; `null`: at home
 * @throws RetryableError on throttling, 5xx and timeouts, and where SQS did not take all.
 */
export async function addNames(
  shared: SweepShared,
  run: RunName,
  names: readonly string[],
  at: RunScope | null = null,
): Promise<void> {
  const { ledger, scope, clock } = shared;
  const lists = inTens(names).map((ten) => ({ names: ten, at }));
  const batches = await putBatches(ledger, scope, run.id, lists, clock.now());
  await sendBatches(
    shared,
    run,
    batches.filter(({ state }) => state === "pending"),
  );
}

/** Sends batches into the lane. */
export async function sendBatches(shared: SweepShared, run: RunName, batches: readonly Batch[]): Promise<void> {
  const { org, home } = shared;
  const messages = batches.map(({ id, names, at }) => {
    const message: BatchMessage = {
      schema: "bucketseal.batch/1",
      run: run.id,
      batch: id,
      names: [...names],
      ...at,
      ...(at !== null && run.kind === "push" ? { kind: run.kind } : {}),
      again: [],
      counts: null,
    };
    const group = org === null ? {} : { group: at?.account ?? home.account };
    return { body: JSON.stringify(message), hops: 1, ...group };
  });
  const failed = await sendBodies(shared.clients.sqs, shared.settings.LANE_QUEUE_URL, messages);
  if (failed.length > 0) throw new RetryableError(`SQS did not take ${failed.length} of ${messages.length} batches`);
}

// --- internal ---

function inTens(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, at) =>
    names.slice(at * MAX_NAMES, (at + 1) * MAX_NAMES),
  );
}
