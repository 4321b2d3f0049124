import { lastBackfill, readBackfill } from "#aws/backfill/backfills";
import { messageOf, nameOf } from "#aws/error";
import { type Backfill, isAtWork } from "#core/backfill/backfill";
import type { BackfillMessage } from "#core/backfill/messages";
import { MAX_RECEIVES } from "#core/stage/queue";
import type { Delivery } from "../sweep/delivery.ts";
import { failBackfill } from "./fail.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Does what a message asks; where that fails for the last time, its backfill fails too, and says
 * why. As a dead letter alone it would be under way for ever, with nobody at work.
 * @throws what the work threw, where it is tried again, and where not even that could be written.
 */
export async function orFail(
  shared: BackfillShared,
  message: BackfillMessage,
  delivery: Delivery,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (nameOf(error) !== "TooManyHops" && delivery.receives < MAX_RECEIVES) throw error;
    const backfill = await backfillOf(shared, message, delivery).catch(() => null);
    if (backfill === null || !isAtWork(backfill)) throw error;
    await failBackfill(shared, backfill, messageOf(error), delivery).catch(() => Promise.reject(error));
  }
}

// --- internal ---

/** The backfill that a message has go on; `null`: none, or it does not. */
async function backfillOf(
  { ledger }: BackfillShared,
  message: BackfillMessage,
  { messageId }: Delivery,
): Promise<Backfill | null> {
  if ("id" in message) return readBackfill(ledger, message.ref, message.id);
  const last = await lastBackfill(ledger, message.ref);
  if (message.schema === "bucketseal.backfill-start/1") return last?.message === messageId ? last : null;
  return message.to === "resume" ? last : null;
}
