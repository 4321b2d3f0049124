import { moveBackfill, readBackfill } from "#aws/backfill/backfills";
import { countMessages } from "#aws/sqs/count-messages";
import { type Backfill, isAtWork, isOpen, isStuck, isWhole } from "#core/backfill/backfill";
import { pageName } from "#core/backfill/batch";
import { nextHop } from "../queue/hops.ts";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { listObjects } from "./list.ts";
import { afterEnd } from "./next.ts";
import { sendPendingObjects } from "./send.ts";
import type { BackfillShared } from "./shared.ts";
import { tellBackfill } from "./tell.ts";

/**
 * Goes on with a backfill: lists what is left to list, ends it once everything was looked at, and
 * otherwise comes back. What nobody has done anything about for a while, though nothing waits
 * before it, is sent again. Once it is over, the next one begins.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops where nothing happens any
 *   more.
 */
export async function goOn(
  shared: BackfillShared,
  { ref, id }: Pick<Backfill, "ref" | "id">,
  delivery: Delivery,
): Promise<void> {
  const { ledger, now, later, clients, settings } = shared;
  let backfill = await readBackfill(ledger, ref, id);
  // A lister that was killed may have written its last page and not sent it.
  if (backfill !== null && isAtWork(backfill) && delivery.receives > 1 && backfill.pages > 0) {
    await sendPendingObjects(shared, backfill, pageName(backfill.pages - 1));
  }
  if (backfill?.state === "listing") {
    if (!(await listObjects(shared, backfill, delivery))) return;
    backfill = await readBackfill(ledger, ref, id);
  }
  if (backfill !== null && isWhole(backfill)) backfill = await end(shared, backfill);
  if (backfill !== null && !isOpen(backfill)) return afterEnd(shared, backfill, delivery);
  if (backfill?.state !== "running") return;
  // Its batches may wait behind those of other backfills, for days: only an empty queue lost them.
  const waiting = await countMessages(clients.sqs, settings.AT_REST_QUEUE_URL);
  const stuck = waiting === 0 && isStuck(backfill, now());
  if (stuck) await sendPendingObjects(shared, backfill);
  const why = `${backfill.done} of ${backfill.batches} batches are done, and for an hour no other one was`;
  await later(backfill, LOOK_AFTER, stuck ? nextHop(delivery.hops, why) : 1);
}

// --- internal ---

/** Seconds until it is looked after, should nobody say that its last batch is done. */
const LOOK_AFTER = 300;

/** Tells of it first: two deliveries tell the same, and readers drop the second. */
async function end(shared: BackfillShared, backfill: Backfill): Promise<Backfill> {
  const done = { ...backfill, state: "done" } as const;
  await tellBackfill(shared, done);
  const moved = await moveBackfill(shared.ledger, backfill, { from: ["running"], to: "done", now: shared.now() });
  const { id, ref, listed, counts } = backfill;
  if (moved !== null) logger.info("backfill ended", { bucket: ref.bucket, backfill: id, listed, ...counts });
  return moved ?? done;
}
