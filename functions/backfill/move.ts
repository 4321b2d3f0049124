import { lastBackfill, moveBackfill } from "#aws/backfill/backfills";
import { isOpen } from "#core/backfill/backfill";
import type { BackfillMove } from "#core/backfill/messages";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { goOn } from "./go-on.ts";
import { afterEnd } from "./next.ts";
import { sendPendingObjects } from "./send.ts";
import type { BackfillShared } from "./shared.ts";
import { tellBackfill } from "./tell.ts";

/**
 * Pauses, resumes or cancels the backfill of a bucket. What is under way is finished and counted;
 * what has not begun is dropped by the object function, stays in the ledger, and is sent again by a
 * resume. One that failed goes on from where it was.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function steerBackfill(
  shared: BackfillShared,
  { ref, to, by }: BackfillMove,
  delivery: Delivery,
): Promise<void> {
  const { ledger, now } = shared;
  const last = await lastBackfill(ledger, ref);
  if (last === null) return;
  // A cancellation that is delivered again may have begun what waited for it.
  if (last.message === delivery.messageId) return goOn(shared, last, delivery);
  logger.info("backfill is steered", { bucket: ref.bucket, backfill: last.id, state: last.state, to, by });
  if (to === "pause") {
    await moveBackfill(ledger, last, { from: ["listing", "running"], to: "paused", now: now() });
    return;
  }
  if (to === "cancel") {
    const cancelled = { from: ["listing", "running", "paused"], to: "cancelled", now: now() } as const;
    const moved = await moveBackfill(ledger, last, cancelled);
    if (moved !== null) await tellBackfill(shared, moved);
    const over = moved ?? last;
    return isOpen(over) ? undefined : afterEnd(shared, over, delivery);
  }
  const resumed = { from: ["paused", "failed"], to: last.isListed ? "running" : "listing", now: now() } as const;
  const moved = await moveBackfill(ledger, last, resumed);
  // Delivered again, it may have been moved and not sent.
  if (moved === null && delivery.receives === 1) return;
  await sendPendingObjects(shared, moved ?? last);
  await goOn(shared, last, delivery);
}
