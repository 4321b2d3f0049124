/** What follows when a backfill is over: its windows are closed, and what waits begins. */

import { beginBackfill, lastBackfill } from "#aws/backfill/backfills";
import { endRequest, readRequests } from "#aws/backfill/requests";
import { type Backfill, isOpen, newBackfill } from "#core/backfill/backfill";
import { askedOf, endOfRequests, nextRequests } from "#core/backfill/request";
import type { BucketRef } from "#core/names";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { backfillId } from "./backfill-id.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Notes what a backfill that is over has closed, and begins what waited for its end. Done again,
 * nothing changes.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function afterEnd(shared: BackfillShared, backfill: Backfill, delivery: Delivery): Promise<void> {
  const { ref, id, touched: ended, windows = [] } = backfill;
  const state = endOfRequests(backfill);
  for (const window of windows) {
    await endRequest(shared.ledger, ref, { id: window.id, backfill: id }, { state, ended });
  }
  await beginNext(shared, ref, delivery);
}

/**
 * Begins what waits for the bucket, unless a backfill of it is not over: whoever ends that one
 * looks again. It is noted before this asks, so one of the two sees it.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function beginNext(shared: BackfillShared, ref: BucketRef, { messageId }: Delivery): Promise<void> {
  const { ledger, now, later } = shared;
  const last = await lastBackfill(ledger, ref);
  // Delivered again, it may have begun one and not sent its message.
  if (last !== null && isOpen(last) && last.message === messageId) return later(last, 0, 1);
  if (last !== null && isOpen(last)) {
    logger.info("a backfill waits for another one's end", { bucket: ref.bucket, backfill: last.id, state: last.state });
    return;
  }
  const waiting = (await readRequests(ledger, ref)).filter(({ state }) => state === "waiting");
  const [first, ...others] = nextRequests(waiting);
  if (first === undefined) return;
  const asked = [first, ...others] as const;
  const id = backfillId(now(), messageId, first.id);
  const begun = newBackfill({ id, ref, message: messageId, ...askedOf(asked) }, now());
  const requests = asked.map((request) => request.id);
  if (!(await beginBackfill(ledger, begun, last, requests))) {
    logger.info("another start was faster", { bucket: ref.bucket, backfill: id });
    return;
  }
  logger.info("backfill started", { bucket: ref.bucket, backfill: id, by: begun.by, requests });
  await later(begun, 0, 1);
}
