/** A batch of SQS messages: deadlines, retries and the dead-letter queue. */

import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { messageOf, nameOf } from "#aws/error";
import { redeliverAfter, sendBodies, sendToDeadLetters } from "#aws/sqs/queue";
import { MAX_HOPS, MAX_RECEIVES } from "#core/stage/queue";
import { logger, metrics } from "../runtime/telemetry.ts";
import { backoff } from "./backoff.ts";
import { hopsOf } from "./hops.ts";

export interface RedeliverySettings {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/**
 * Which messages of one batch SQS must redeliver, and when. Messages not named here are done:
 * Lambda deletes them.
 */
export class Redelivery {
  readonly #settings: RedeliverySettings;
  readonly #failed = new Map<string, SQSRecord>();

  constructor(settings: RedeliverySettings) {
    this.#settings = settings;
  }

  /**
   * Does something on behalf of messages; if it fails, they are redelivered, or sent to the
   * dead-letter queue after too many hops.
   */
  async orRedeliver(records: readonly SQSRecord[], what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cause = messageOf(error);
      logger.error(what, { cause, messages: records.map(({ messageId }) => messageId) });
      await (nameOf(error) === "TooManyHops" ? this.giveUp(records, cause) : this.redeliver(records, cause));
    }
  }

  /**
   * Has messages redelivered soon, or sends them to the dead-letter queue at their last receive.
   */
  async redeliver(records: readonly SQSRecord[], cause: string): Promise<void> {
    const last = records.filter((record) => receivesOf(record) >= MAX_RECEIVES);
    for (const record of records) if (!last.includes(record)) this.#failed.set(record.messageId, record);
    if (last.length > 0) await this.giveUp(last, cause);
  }

  /** Sends messages to the dead-letter queue with their cause. */
  async giveUp(records: readonly SQSRecord[], cause: string): Promise<void> {
    logger.error("messages sent to the dead-letter queue", {
      cause,
      messages: records.map(({ messageId }) => messageId),
    });
    await this.#bury(records, cause);
  }

  /** Sends a message that nobody can read to the dead-letter queue, with the reason. */
  async giveUpMalformed(record: SQSRecord, why: string): Promise<void> {
    logger.error("message is malformed", { cause: why, messageId: record.messageId });
    metrics.addMetric("MessageMalformed", "Count", 1);
    await this.#bury([record], why, true);
  }

  /**
   * Puts messages back at the end of the queue, which does not count as a failure. Messages that
   * cannot be sent are redelivered, and so are messages after their last hop: from then on SQS
   * counts, and each wait is longer than the one before.
   */
  async requeue(records: readonly SQSRecord[], bodyOf: (record: SQSRecord) => string): Promise<void> {
    const sent = records.filter((record) => hopsOf(record) < MAX_HOPS);
    const tired = records.filter((record) => hopsOf(record) >= MAX_HOPS);
    await this.redeliver(tired, `sent to itself ${MAX_HOPS} times, and still not begun`);
    if (sent.length === 0) return;
    metrics.addMetric("MessagesSentAgain", "Count", sent.length);
    const { sqs, queueUrl } = this.#settings;
    const messages = sent.map((record) => ({ body: bodyOf(record), hops: hopsOf(record) + 1 }));
    for (const at of await sendBodies(sqs, queueUrl, messages)) {
      const record = sent[at];
      if (record !== undefined) this.#failed.set(record.messageId, record);
    }
  }

  /**
   * Sets when each failed message is redelivered, and returns them for Lambda. Without the former,
   * the first retry would wait for the whole visibility timeout.
   */
  async response(): Promise<SQSBatchResponse> {
    const { sqs, queueUrl } = this.#settings;
    const messages = [...this.#failed.values()].map((record) => ({
      receiptHandle: record.receiptHandle,
      seconds: withJitter(backoff(receivesOf(record))),
    }));
    try {
      await redeliverAfter(sqs, queueUrl, messages);
    } catch (error) {
      logger.warn("messages are redelivered after their visibility timeout", { cause: messageOf(error) });
    }
    return { batchItemFailures: [...this.#failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async #bury(records: readonly SQSRecord[], cause: string, malformed = false): Promise<void> {
    metrics.addMetric("MessagesGivenUp", "Count", records.length);
    const { sqs, deadLetterQueueUrl } = this.#settings;
    for (const record of records) {
      try {
        await sendToDeadLetters(sqs, deadLetterQueueUrl, record.body, cause, { malformed });
      } catch (error) {
        logger.error("a message could not be sent to the dead-letter queue", {
          cause: messageOf(error),
          message: record.messageId,
        });
        this.#failed.set(record.messageId, record);
      }
    }
  }
}

/** How often a message was received, this time included. */
export function receivesOf({ attributes }: SQSRecord): number {
  return Math.max(1, Number(attributes.ApproximateReceiveCount));
}

// --- internal ---

/** Jitter of a quarter either way: messages that failed together are not redelivered together. */
function withJitter(seconds: number): number {
  return Math.round(seconds * (0.75 + Math.random() / 2));
}
