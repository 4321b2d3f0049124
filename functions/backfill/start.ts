import { beginBackfill, lastBackfill } from "#aws/backfill/backfills";
import { noteRequest, readRequests } from "#aws/backfill/requests";
import { isOpen, newBackfill } from "#core/backfill/backfill";
import type { BackfillStart } from "#core/backfill/messages";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { backfillId } from "./backfill-id.ts";
import { goOn } from "./go-on.ts";
import { beginNext } from "./next.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Begins a backfill, unless the bucket has one that is not over: two starts make one. A window is
 * noted first, and begins when nothing else is under way; so is what a person asks for while a
 * window is looked after. A start that is delivered again goes on with what it began.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function startBackfill(
  shared: BackfillShared,
  { ref, by, prefix, versions, since, until, window: asked }: BackfillStart,
  delivery: Delivery,
): Promise<void> {
  const { ledger, now } = shared;
  const { messageId: message, receives } = delivery;
  const selection = { prefix, versions, since, until };
  const window = asked ?? null;
  const last = await lastBackfill(ledger, ref);
  if (last?.message === message) return goOn(shared, last, delivery);
  const isUnderWay = last !== null && isOpen(last);
  const isNoted = window === null && receives > 1 && (await readRequests(ledger, ref)).some(({ id }) => id === message);
  if (window !== null || isNoted || (isUnderWay && last.windows !== undefined)) {
    await noteRequest(ledger, ref, { id: window?.id ?? message, by, selection, window }, now());
    return beginNext(shared, ref, delivery);
  }
  if (isUnderWay) {
    logger.info("a backfill of the bucket is not over", { bucket: ref.bucket, backfill: last.id, state: last.state });
    return;
  }
  const id = backfillId(now(), message);
  const begun = newBackfill({ id, ref, by, message, selection }, now());
  if (!(await beginBackfill(ledger, begun, last))) {
    logger.info("another start was faster", { bucket: ref.bucket, backfill: id });
    return;
  }
  logger.info("backfill started", { bucket: ref.bucket, backfill: id, by });
  await goOn(shared, begun, delivery);
}
