import { messageOf, nameOf } from "#aws/error";
import { sendLater } from "#aws/sqs/queue";
import { reconcile } from "#core/bucket/reconcile";
import type { Work } from "#core/bucket/work";
import { finishInTime, portsInTime } from "../queue/deadline.ts";
import { nextHop } from "../queue/hops.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { postponed } from "./message.ts";
import type { BucketShared } from "./shared.ts";

/** Whether a look at one bucket is over. A postponed one is: its message was sent. */
export type BucketLook =
  | { readonly kind: "done" }
  /** `hopeless`: a redelivery cannot help. */
  | { readonly kind: "failed" | "hopeless"; readonly cause: string };

/** Looks at one bucket, then at its notifications. A look that is late has failed. Never throws. */
export async function lookAtBucket(shared: BucketShared, work: Work, deadline: number): Promise<BucketLook> {
  const facts = { ...work.ref, events: work.triggers.map((trigger) => trigger.eventId) };
  const started = performance.now();
  try {
    const ports = portsInTime(shared.ports, deadline);
    const result = await finishInTime(deadline, ports.now, reconcile(ports, work));
    const milliseconds = Math.round(performance.now() - started);
    if (result.kind === "later") {
      const { why, seconds } = result;
      const hops = nextHop(work.hops, why);
      await sendLater(shared.clients.sqs, shared.settings.QUEUE_URL, postponed(work, why, ports.now()), seconds, hops);
      logger.info("look postponed", { ...facts, why, seconds, hops });
      return { kind: "done" };
    }
    const { outcome, plan } = result;
    await shared.duty(work, plan);
    shared.recent.remember(work, result);
    const reasons = plan.reasons.map(({ code }) => code);
    logger.info("bucket looked at", { ...facts, outcome, rule: plan.rule, reasons, milliseconds });
    metrics.addMetric(`Bucket ${outcome}`, "Count", 1);
    return { kind: "done" };
  } catch (error) {
    const cause = messageOf(error);
    logger.error("look failed", { ...facts, cause, retryable: nameOf(error) === "RetryableError" });
    metrics.addMetric("LookFailed", "Count", 1);
    return { kind: nameOf(error) === "TooManyHops" ? "hopeless" : "failed", cause };
  }
}
