import { beginBackfill, lastBackfill } from "#aws/backfill/backfills";
import { isOpen, newBackfill } from "#core/backfill/backfill";
import type { BackfillStart } from "#core/backfill/messages";
import { alertId } from "../runtime/alert-id.ts";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { goOn } from "./go-on.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Begins a backfill, unless the bucket has one that is not over: two starts make one. A start that
 * is delivered again goes on with what it began.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function startBackfill(
  shared: BackfillShared,
  { ref, by, prefix, versions, since, until }: BackfillStart,
  delivery: Delivery,
): Promise<void> {
  const { ledger, now } = shared;
  const message = delivery.messageId;
  const last = await lastBackfill(ledger, ref);
  if (last?.message === message) return goOn(shared, last, delivery);
  if (last !== null && isOpen(last)) {
    logger.info("a backfill of the bucket is not over", { bucket: ref.bucket, backfill: last.id, state: last.state });
    return;
  }
  const time = new Date(now()).toISOString().slice(0, 19).replaceAll(":", "");
  const id = `${time}-${alertId(message).slice(0, 8)}`;
  const begun = newBackfill({ id, ref, by, message, selection: { prefix, versions, since, until } }, now());
  if (!(await beginBackfill(ledger, begun, last))) {
    logger.info("another start was faster", { bucket: ref.bucket, backfill: id });
    return;
  }
  logger.info("backfill started", { bucket: ref.bucket, backfill: id, by });
  await goOn(shared, begun, delivery);
}
