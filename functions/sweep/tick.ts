import { dueBuckets } from "#aws/runs/due";
import { type HoppingBody, sendBodies } from "#aws/sqs/queue";
import { RetryableError } from "#core/retryable";
import { isLookedAfter } from "../organization/places.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Has the buckets looked at whose time has come, by the lane. A tick that comes
 * twice, or whose last looks are still waiting, costs a look more and changes nothing.
 * @throws RetryableError on throttling, 5xx and timeouts, and where SQS did not take all.
 */
export async function lookAtDue({ clients, ledger, home, settings, clock, org }: SweepShared): Promise<void> {
  const messages: HoppingBody[] = [];
  for await (const ref of dueBuckets(ledger, clock.now())) {
    if (!isLookedAfter(ref, home, org?.settings ?? null)) continue;
    const look = { schema: "bucketseal.work/1", ref, after: [], since: null, triggers: [] };
    messages.push({ body: JSON.stringify(look), hops: 1, ...(org === null ? {} : { group: ref.account }) });
    if (messages.length === MOST) break;
  }
  const failed = await sendBodies(clients.sqs, settings.LANE_QUEUE_URL, messages);
  if (messages.length > 0) logger.info("buckets are due", { buckets: messages.length });
  metrics.addMetric("BucketsDue", "Count", messages.length);
  if (failed.length > 0) throw new RetryableError(`SQS did not take ${failed.length} of ${messages.length} looks`);
}

// --- internal ---

/** Looks of one tick; the next one has the others made. */
const MOST = 1_000;
