import { messageOf } from "#aws/error";
import { type NamedObject, type ObjectIntent, readIntents, shrinkIntent } from "#aws/ledger/object-intents";
import { sendLater } from "#aws/sqs/queue";
import type { BucketRef } from "#core/names";
import { RetryableError } from "#core/retryable";
import { closeMessage } from "../object/message.ts";
import type { ObjectShared } from "../object/shared.ts";
import { nextHop } from "../queue/hops.ts";
import { logger } from "../runtime/telemetry.ts";
import { type Closing, without } from "./intent-log.ts";

/**
 * Closes an intent; where the ledger does not answer, a message of its own does it later. The
 * messages of the objects are done: a redelivery would count them twice, and an intent that stays
 * open is told as a write that nobody confirmed.
 * @param close - closes it now
 */
export async function closeOrAsk(
  { clients, settings }: Pick<ObjectShared, "clients" | "settings">,
  closing: Closing,
  close: () => Promise<unknown>,
): Promise<void> {
  try {
    await close();
  } catch (error) {
    const { ref } = closing;
    logger.warn("an intent is closed later", { ...ref, cause: messageOf(error) });
    const body = closeMessage(closing);
    await sendLater(clients.sqs, settings.QUEUE_URL, body, SECONDS, nextHop(0, "")).catch((unsent: unknown) => {
      // The alert of the window names what is still open: better reported twice than never.
      logger.warn("an intent stays open", { ...ref, cause: messageOf(unsent) });
    });
  }
}

/**
 * Takes objects that were counted out of an intent, for such a message.
 * @throws RetryableError on throttling, 5xx and timeouts, and where somebody else was faster.
 */
export async function closeIntent({ ledger }: Pick<ObjectShared, "ledger">, closing: Closing): Promise<void> {
  const { ref, id, objects } = closing;
  const intent = (await readIntents(ledger, ref)).find((each) => each.id === id);
  if (intent === undefined || (await takeOut(ledger, ref, intent, objects))) return;
  throw new RetryableError("somebody else changed the intent");
}

/** Takes objects out of an intent; false: somebody else changed it meanwhile. */
export async function takeOut(
  ledger: ObjectShared["ledger"],
  ref: BucketRef,
  intent: ObjectIntent,
  objects: readonly NamedObject[],
): Promise<boolean> {
  const left = without(intent.objects, objects);
  return left.length === intent.objects.length || shrinkIntent(ledger, ref, intent, left);
}

// --- internal ---

/** Seconds until the first new try. */
const SECONDS = 5;
