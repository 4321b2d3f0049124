import { dueBuckets } from "#aws/runs/due";
import { sendBodies } from "#aws/sqs/queue";
import { RetryableError } from "#core/retryable";
import { notAtHome } from "../queue/home.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Has the buckets looked at whose time has come, by the lane. A tick that comes
 * twice, or whose last looks are still waiting, costs a look more and changes nothing.
 * @throws RetryableError on throttling, 5xx and timeouts, and where SQS did not take all.
 */
export async function lookAtDue({ clients, ledger, scope, settings, clock }: SweepShared): Promise<void> {
  const messages: { readonly body: string; readonly hops: number }[] = [];
  for await (const ref of dueBuckets(ledger, clock.now())) {
    if (notAtHome(ref, scope) !== null) continue;
    const look = { schema: "bucketseal.work/1", ref, after: [], since: null, triggers: [] };
    messages.push({ body: JSON.stringify(look), hops: 1 });
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
