import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { messageOf, nameOf } from "#aws/error";
import { retryIn, sendLater, sendToDeadLetters } from "#aws/sqs/queue";
import type { Ports } from "#core/bucket/ports";
import { reconcile } from "#core/bucket/reconcile";
import { joinWork, postponed, type Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import { secondsToComeBack } from "../queue/backoff.ts";
import { inTime } from "../queue/deadline.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { type Message, readWork } from "./message.ts";
import { until } from "./until.ts";

export interface BatchSettings {
  readonly ports: Ports;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly account: string;
  /** Milliseconds since the epoch: what is not done by then comes back, so that what is done need not. */
  readonly deadline: number;
  /** What is done after each look that came to something. */
  readonly duty?: (work: Work, plan: Plan) => Promise<void>;
}

/**
 * A handler for the records of one batch, in which every bucket is looked at once, however many of them name it. It throws for a
 * record that shall come back; a message nobody can read goes to the dead letters at once, with its cause.
 */
export function bucketBatch(
  records: readonly SQSRecord[],
  settings: BatchSettings,
): (record: SQSRecord) => Promise<void> {
  const messages = new Map(records.map((record) => [record.messageId, readWork(record, settings.account)]));
  const looks = new Map<string, Promise<void>>();
  for (const work of joinWork(
    [...messages.values()].flatMap((message) => (message.kind === "work" ? [message.work] : [])),
  )) {
    const look = lookAt(work, settings);
    look.catch(() => undefined);
    for (const id of work.ids) looks.set(id, look);
  }
  return async (record) => {
    const message = messages.get(record.messageId) as Message;
    if (message.kind === "ignore") return;
    if (message.kind === "malformed") return bury(record, message.why, settings);
    try {
      await looks.get(record.messageId);
    } catch (error) {
      await comeBackSoon(record, settings);
      throw error;
    }
  };
}

// --- internal ---

async function lookAt(work: Work, settings: BatchSettings): Promise<void> {
  const facts = { ...work.ref, events: work.triggers.map((trigger) => trigger.eventId) };
  const started = performance.now();
  const { deadline } = settings;
  try {
    const ports = until(settings.ports, deadline);
    const result = await inTime(deadline, ports.now, reconcile(ports, work));
    const milliseconds = Math.round(performance.now() - started);
    if (result.kind === "later") {
      await sendLater(settings.sqs, settings.queueUrl, postponed(work, result.why), result.seconds);
      logger.info("look postponed", { ...facts, why: result.why, seconds: result.seconds });
      return;
    }
    await settings.duty?.(work, result.plan);
    logger.info("bucket looked at", {
      ...facts,
      outcome: result.outcome,
      rule: result.plan.rule,
      reasons: result.plan.reasons.map((reason) => reason.code),
      milliseconds,
    });
    metrics.addMetric(`Bucket ${result.outcome}`, "Count", 1);
  } catch (error) {
    logger.error("look failed", { ...facts, cause: messageOf(error), retryable: nameOf(error) === "RetryableError" });
    metrics.addMetric("LookFailed", "Count", 1);
    throw error;
  }
}

async function bury(record: SQSRecord, why: string, settings: BatchSettings): Promise<void> {
  logger.error("message is malformed", { messageId: record.messageId, cause: why });
  metrics.addMetric("MessageMalformed", "Count", 1);
  await sendToDeadLetters(settings.sqs, settings.deadLetterQueueUrl, record.body, why);
}

/** Without it, the whole visibility time-out would pass before the first try, and hardly any time between all of them. */
async function comeBackSoon(record: SQSRecord, settings: BatchSettings): Promise<void> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    await retryIn(settings.sqs, settings.queueUrl, record.receiptHandle, secondsToComeBack(receives));
  } catch (error) {
    logger.warn("message comes back after its visibility time-out", { cause: messageOf(error) });
  }
}
