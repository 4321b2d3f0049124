import type { SQSRecord } from "aws-lambda";
import { readBackfill } from "#aws/backfill/backfills";
import { finishObjectBatch, noteBegun, type PendingBatch, readObjectBatch } from "#aws/backfill/object-batches";
import { sendLater } from "#aws/sqs/queue";
import { type Backfill, isAtWork, isWhole } from "#core/backfill/backfill";
import type { ObjectBatchMessage, ObjectName } from "#core/backfill/messages";
import type { StrategyName } from "#core/decide/object/strategy/strategies";
import { RetryableError } from "#core/retryable";
import { MAX_RECEIVES } from "#core/stage/queue";
import { IntentLog, named } from "../intents/intent-log.ts";
import type { ObjectGroup } from "../object/groups.ts";
import type { ObjectLook } from "../object/look.ts";
import { lookAtObjects } from "../object/looks.ts";
import { type BatchTime, objectPorts } from "../object/ports.ts";
import type { ObjectShared } from "../object/shared.ts";
import { receivesOf } from "../queue/redelivery.ts";
import { logger } from "../runtime/telemetry.ts";
import { foundOf } from "./found.ts";
import type { AtRestQueues } from "./queues.ts";

/**
 * Looks at the objects of one batch and counts what became of them, once: whoever finds the batch
 * done, or its backfill paused or over, does nothing. What could not be looked at is tried again
 * with the whole batch, and counts as failed in the end.
 * @throws RetryableError on throttling, 5xx and timeouts, and where objects are to be tried again.
 */
export async function lookAtNames(
  shared: ObjectShared,
  { backfillQueueUrl }: Pick<AtRestQueues, "backfillQueueUrl">,
  record: SQSRecord,
  { ref, backfill: id, batch: batchId }: ObjectBatchMessage,
  time: BatchTime,
): Promise<void> {
  const { clients, ledger, now } = shared;
  const name = { ref, id };
  const [backfill, batch] = await Promise.all([readBackfill(ledger, ref, id), readObjectBatch(ledger, name, batchId)]);
  if (backfill === null || batch === null || !isAtWork(backfill)) {
    logger.info("batch of a backfill dropped", { backfill: id, batch: batchId, state: backfill?.state ?? "unknown" });
    return;
  }
  const positions = new Map(batch.objects.map((object, at) => [JSON.stringify(object), at]));
  const begun = new Map<number, StrategyName>();
  // One record holds all that were begun until then.
  const intents = new IntentLog(async () => {
    if (!(await noteBegun(ledger, name, batchId, begun)))
      throw new RetryableError("another invocation has done this batch");
  });
  const { ports, abandon } = objectPorts(shared, time);
  const intend: typeof ports.intend = (object, how) => {
    const at = positions.get(JSON.stringify([object.key, object.versionId ?? null]));
    if (at !== undefined) begun.set(at, how);
    return intents.intend(named(object));
  };
  const own = { ...ports, intend };
  const { looks, notStarted } = await lookAtObjects(own, chainsOf(ref, record, batch), time);
  const open = notStarted.length + looks.filter(isOpen).length;
  if (open > 0 && receivesOf(record) < MAX_RECEIVES)
    throw new RetryableError(`${open} of ${batch.objects.length} objects are to be looked at again`);
  await abandon(looks);
  // Read again: another invocation may have written some while these looks were made.
  const pending = await readObjectBatch(ledger, name, batchId);
  if (pending !== null) {
    const found = foundOf(pending, looks, notStarted, backfill.samples.length);
    await finishObjectBatch(ledger, name, batchId, { ...found, now: now() });
  }
  const after = await readBackfill(ledger, ref, id);
  if (after === null || !isWhole(after)) return;
  await sendLater(clients.sqs, backfillQueueUrl, { schema: "bucketseal.backfill/1", ref, id }, 0);
}

// --- internal ---

/** Whether another look may help, or is to go on with a copy in parts. */
function isOpen(look: ObjectLook): boolean {
  return look.kind === "failed" ? look.retryable : look.result.underWay === true;
}

/** Versions of one key one after the other: parallel writes to one key would conflict. */
function chainsOf(ref: Backfill["ref"], record: SQSRecord, { objects }: PendingBatch): ObjectGroup[][] {
  const byKey = Map.groupBy(objects, ([key]) => key);
  return [...byKey.values()].map((names) => names.map((name) => groupOf(ref, record, name)));
}

function groupOf(bucket: Backfill["ref"], record: SQSRecord, [key, versionId]: ObjectName): ObjectGroup {
  const object = { bucket, key, ...(versionId === null ? {} : { versionId }) };
  const nothing = { triggers: [], bySource: new Map(), postponed: false, counted: true };
  return { object, records: [record], atRest: true, ...nothing };
}
