import { sendLater, sendToDeadLetters } from "#aws/sqs/queue";
import { MAX_HOPS } from "#core/stage/queue";
import { addCounts, noCounts, type RunCounts } from "#core/sweep/counts";
import type { BatchMessage } from "#core/sweep/messages";
import { hopsOf } from "../queue/hops.ts";
import type { Worked } from "./lane-looks.ts";
import type { BucketShared } from "./shared.ts";

/**
 * Sends what is left of a batch back into the lane, or after the last hop to its dead-letter queue.
 * Returns what the whole batch counts; `null`: it is not done.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function sendRest(shared: BucketShared, worked: Worked): Promise<RunCounts | null> {
  const { clients, settings } = shared;
  const { record, message, again, causes, seconds } = worked;
  const counts = addCounts(message.counts ?? noCounts, worked.counts);
  if (again.length === 0) return counts;
  const rest: BatchMessage = { ...message, names: [], again: [...again] };
  const hops = hopsOf(record) + 1;
  if (hops <= MAX_HOPS) {
    await sendLater(
      clients.sqs,
      settings.LANE_QUEUE_URL,
      { ...rest, counts },
      Math.max(1, seconds),
      hops,
      message.account,
    );
    return null;
  }
  await sendToDeadLetters(clients.sqs, settings.LANE_DEAD_LETTER_QUEUE_URL, JSON.stringify(rest), causes.join("; "));
  return addCounts(counts, { ...noCounts, seen: again.length, failed: again.length });
}
