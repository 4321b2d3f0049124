import { sendLater } from "#aws/sqs/queue";
import { hopsOf, nextHop } from "../queue/hops.ts";
import type { Redelivery } from "../queue/redelivery.ts";
import type { ObjectLook } from "./look.ts";
import { againMessage } from "./message.ts";
import type { ObjectShared } from "./shared.ts";

/** Milliseconds after an event during which its object is looked at again. */
const DAY = 24 * 3_600_000;
/** Seconds of the first wait; the others double, up to what the look asks for. */
const FIRST_WAIT = 300;

/**
 * Settles a look's messages: a failed look is redelivered if a retry may help; one that is worth
 * another look later is postponed, longer each time. After the last hop it goes to the dead-letter
 * queue with its reasons. A write that takes more than one look goes on at once.
 */
export async function settleLook(
  look: ObjectLook,
  { clients, settings, now }: Pick<ObjectShared, "clients" | "settings" | "now">,
  redelivery: Redelivery,
): Promise<void> {
  const { records, triggers, bySource } = look.group;
  if (look.kind === "failed") {
    await (look.retryable ? redelivery.redeliver(records, look.cause) : redelivery.giveUp(records, look.cause));
    return;
  }
  if (look.result.underWay === true) {
    await redelivery.requeue(records, ({ body }) => JSON.stringify(againMessage(body)));
    return;
  }
  const seconds = look.result.lookAgainSeconds;
  const isRecent = triggers.some(({ eventTime }) => now() - Date.parse(eventTime) < DAY);
  if (seconds === undefined || !isRecent) return;
  await redelivery.orRedeliver(records, "a look could not be postponed", async () => {
    const hops = Math.min(...records.map(hopsOf));
    const wait = Math.min(seconds, FIRST_WAIT * 2 ** hops);
    const why = look.result.reasons.map(({ code }) => code).join(", ");
    const next = nextHop(hops, why);
    for (const { body } of bySource.values())
      await sendLater(clients.sqs, settings.QUEUE_URL, againMessage(body), wait, next);
  });
}
