import { pendingBatches } from "#aws/backfill/object-batches";
import { messageBody } from "#aws/sqs/message-body";
import { sendBodies } from "#aws/sqs/queue";
import type { Backfill } from "#core/backfill/backfill";
import type { ObjectBatch } from "#core/backfill/batch";
import type { ObjectBatchMessage } from "#core/backfill/messages";
import { RetryableError } from "#core/retryable";
import type { BackfillShared } from "./shared.ts";

/**
 * Sends batches to the object function.
 * @throws RetryableError where SQS did not take all: they are in the ledger, and sent again.
 */
export async function sendObjects(
  { clients, settings }: Pick<BackfillShared, "clients" | "settings">,
  { ref, id: backfill }: Pick<Backfill, "ref" | "id">,
  batches: readonly ObjectBatch[],
): Promise<void> {
  const bodies = batches.map(({ id, objects }) => {
    const named = objects.map(([key, versionId]): [string, string | null] => [key, versionId]);
    const message: ObjectBatchMessage = { schema: "bucketseal.objects/1", ref, backfill, batch: id, objects: named };
    // A small bucket does not wait until a large one is done.
    return { body: messageBody(message), hops: 1, group: backfill };
  });
  const failed = await sendBodies(clients.sqs, settings.AT_REST_QUEUE_URL, bodies);
  if (failed.length > 0) throw new RetryableError(`SQS did not take ${failed.length} of ${bodies.length} batches`);
}

/** Sends the batches again that are not done: of one page, or all. */
export async function sendPendingObjects(shared: BackfillShared, backfill: Backfill, page = ""): Promise<void> {
  let some: ObjectBatch[] = [];
  for await (const batch of pendingBatches(shared.ledger, backfill, page)) {
    some.push(batch);
    if (some.length < AT_ONCE) continue;
    await sendObjects(shared, backfill, some);
    some = [];
  }
  await sendObjects(shared, backfill, some);
}

// --- internal ---

/** Batches in memory at once. */
const AT_ONCE = 100;
