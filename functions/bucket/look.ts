import { finishInTime, portsInTime } from "#aws/deadline";
import { messageOf, nameOf } from "#aws/error";
import { sendLater } from "#aws/sqs/queue";
import type { Ports } from "#core/bucket/ports";
import { type Result, reconcile } from "#core/bucket/reconcile";
import type { Later } from "#core/bucket/step";
import type { Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import type { Outcome } from "#core/outcome";
import { nextHop } from "../queue/hops.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { postponed } from "./message.ts";
import type { BucketShared } from "./shared.ts";

/** Whether a look at one bucket is over. A postponed one is: its message was sent. */
export type BucketLook =
  | { readonly kind: "done" }
  /** `hopeless`: a redelivery cannot help. */
  | { readonly kind: "failed" | "hopeless"; readonly cause: string };

/** What became of one look. */
export type BucketAttempt =
  | { readonly kind: "looked"; readonly outcome: Outcome; readonly plan: Plan }
  /** Its account does not let us in: nothing was read, and nothing is known. */
  | { readonly kind: "shut out" }
  | Later
  | {
      readonly kind: "failed";
      readonly cause: string;
      /** Whether the same look may well succeed in a while. */
      readonly isTransient?: boolean;
      /** Until then it is of no use to look again. */
      readonly seconds?: number;
    };

/**
 * Looks at one bucket, then at its notifications; a look that has to be repeated is sent to a
 * queue. Never throws.
 */
export async function lookAtBucket(
  shared: BucketShared,
  work: Work,
  deadline: number,
  queueUrl = shared.settings.QUEUE_URL,
): Promise<BucketLook> {
  const look = await attemptLook(shared, work, deadline);
  if (look.kind === "looked" || look.kind === "shut out") return { kind: "done" };
  if (look.kind === "failed") return look;
  const { why, seconds } = look;
  try {
    const hops = nextHop(work.hops, why);
    await sendLater(shared.clients.sqs, queueUrl, postponed(work, why, shared.ports.now(), seconds), seconds, hops);
    logger.info("look postponed", { ...factsOf(work), why, seconds, hops });
    return { kind: "done" };
  } catch (error) {
    const failed = failure(work, error);
    return { ...failed, kind: nameOf(error) === "TooManyHops" ? "hopeless" : "failed" };
  }
}

/** Looks at one bucket, then at its notifications. A look that is late has failed. Never throws. */
export async function attemptLook(shared: BucketShared, work: Work, deadline: number): Promise<BucketAttempt> {
  const started = performance.now();
  try {
    const ports = portsInTime(shared.ports, deadline);
    const looking = lookInPlace(shared, ports, work);
    const result = await finishInTime(deadline, ports.now, looking);
    if (result === null) return { kind: "shut out" };
    if (result.kind === "later") return result;
    const { outcome, plan } = result;
    const milliseconds = Math.round(performance.now() - started);
    await shared.duty(work, plan);
    shared.recent.remember(work, result);
    const reasons = plan.reasons.map(({ code }) => code);
    logger.info("bucket looked at", { ...factsOf(work), outcome, rule: plan.rule, reasons, milliseconds });
    metrics.addMetric(`Bucket ${outcome}`, "Count", 1);
    // Every look counts, as one or as nothing: the average is the share of unreadable buckets.
    if (outcome !== "unreadable") metrics.addMetric("Bucket unreadable", "Count", 0);
    return { kind: "looked", outcome, plan };
  } catch (error) {
    return failure(work, error);
  }
}

// --- internal ---

/** `null`: the bucket's account does not let us in, so nothing was read. */
async function lookInPlace(shared: BucketShared, ports: Ports, work: Work): Promise<Result | null> {
  if (await shared.members.enter(work.ref, work.triggers.length > 0)) return reconcile(ports, work);
  logger.info("an account is not enrolled", factsOf(work));
  return null;
}

function failure(work: Work, error: unknown) {
  const cause = messageOf(error);
  const isTransient = nameOf(error) === "RetryableError";
  logger.error("look failed", { ...factsOf(work), cause, retryable: isTransient });
  metrics.addMetric("LookFailed", "Count", 1);
  return { kind: "failed", cause, isTransient } as const;
}

function factsOf({ ref, triggers }: Work) {
  return { ...ref, events: triggers.map((trigger) => trigger.eventId) };
}
