import type { SQSRecord } from "aws-lambda";
import { HOPS } from "#aws/sqs/queue";
import { MAX_HOPS } from "#core/stage/queue";

/** A message after its last hop: it goes to the dead-letter queue at once. */
class TooManyHops extends Error {
  override readonly name = "TooManyHops";
}

/**
 * How often Bucketseal has sent a message to itself; 0 for what others sent, and for what a person
 * redrove.
 */
export function hopsOf({ messageAttributes }: Partial<Pick<SQSRecord, "messageAttributes">>): number {
  const hops = Number(messageAttributes?.[HOPS]?.stringValue ?? 0);
  return Number.isInteger(hops) && hops > 0 ? hops : 0;
}

/**
 * The count for the next message about the same work.
 * @param why - what the message waits for, as its cause in the dead-letter queue
 * @throws TooManyHops where there must be none.
 */
export function nextHop(hops: number, why: string): number {
  if (hops >= MAX_HOPS) throw new TooManyHops(`sent to itself ${hops} times, and still: ${why}`);
  return hops + 1;
}
