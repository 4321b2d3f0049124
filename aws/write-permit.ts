import { RetryableError } from "#aws/error";
import type { WritePermit } from "#aws/s3/send-once";
import type { Ports } from "#core/bucket/ports";

/**
 * Milliseconds from the moment the pause switch is asked until the call has to be sent. With the
 * age of the answer (a second) and S3's time to answer (four) that makes nine: a pause stops within
 * ten seconds what was begun before it.
 */
const SEND_WITHIN = 4_000;

/**
 * Asks the pause switch for one write, right before it: how long the look and the waiting took that
 * led to it, nobody knows.
 * @throws RetryableError while writes are paused; the look that follows tells why.
 */
export async function writePermit({ paused, now }: Pick<Ports, "paused" | "now">): Promise<WritePermit> {
  const asked = now();
  const pause = await paused(true);
  if (!pause.known) throw new RetryableError("whether writes are paused could not be read right before the write");
  if (pause.value !== null) throw new RetryableError(`right before the write: ${pause.value}`);
  return { sendBy: asked + SEND_WITHIN, now };
}
