import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { messageOf } from "#aws/error";
import { comeBackIn, sendBodies, sendToDeadLetters } from "#aws/sqs/queue";
import { logger, metrics } from "../runtime/telemetry.ts";
import { RECEIVES, secondsToComeBack } from "./backoff.ts";

export interface ReturnsSettings {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Which messages of a batch come again, and how: whatever is not named here is done with. */
export class Returns {
  readonly #settings: ReturnsSettings;
  readonly #failed = new Map<string, SQSRecord>();

  constructor(settings: ReturnsSettings) {
    this.#settings = settings;
  }

  /** Does something on behalf of messages; if it fails, they come again. */
  async orFail(records: readonly SQSRecord[], what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const cause = messageOf(error);
      logger.error(what, { cause, messages: records.map(({ messageId }) => messageId) });
      await this.fail(records, cause);
    }
  }

  /** Lets messages come again soon, or gives them up if they have often enough. */
  async fail(records: readonly SQSRecord[], cause: string): Promise<void> {
    const lost = records.filter((record) => receivesOf(record) >= RECEIVES);
    for (const record of records) if (!lost.includes(record)) this.#failed.set(record.messageId, record);
    if (lost.length > 0) await this.bury(lost, cause);
  }

  /** Gives messages up: they go to the dead letters with their cause. */
  async bury(records: readonly SQSRecord[], cause: string): Promise<void> {
    logger.error("messages given up", { cause, messages: records.map(({ messageId }) => messageId) });
    metrics.addMetric("MessagesGivenUp", "Count", records.length);
    const { sqs, deadLetterQueueUrl } = this.#settings;
    for (const record of records) {
      try {
        await sendToDeadLetters(sqs, deadLetterQueueUrl, record.body, cause);
      } catch (error) {
        logger.error("a message could not be given up", { cause: messageOf(error), message: record.messageId });
        this.#failed.set(record.messageId, record);
      }
    }
  }

  /** Sends messages again, which is no failure; those that cannot be sent come back by themselves. */
  async sendAgain(records: readonly SQSRecord[], bodyOf: (record: SQSRecord) => string): Promise<void> {
    if (records.length === 0) return;
    metrics.addMetric("MessagesSentAgain", "Count", records.length);
    const { sqs, queueUrl } = this.#settings;
    const bodies = records.map(bodyOf);
    for (const at of await sendBodies(sqs, queueUrl, bodies)) {
      const record = records[at];
      if (record !== undefined) this.#failed.set(record.messageId, record);
    }
  }

  /** Tells the queue when the messages shall come again, and Lambda which. */
  async answer(): Promise<SQSBatchResponse> {
    const { sqs, queueUrl } = this.#settings;
    const messages = [...this.#failed.values()].map((record) => ({
      receiptHandle: record.receiptHandle,
      seconds: secondsAfter(receivesOf(record)),
    }));
    try {
      await comeBackIn(sqs, queueUrl, messages);
    } catch (error) {
      logger.warn("messages come back after their visibility time-out", { cause: messageOf(error) });
    }
    return { batchItemFailures: [...this.#failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  }
}

/** How often a message was received, this time included. */
export function receivesOf({ attributes }: SQSRecord): number {
  return Math.max(1, Number(attributes.ApproximateReceiveCount));
}

// --- internal ---

/** Give or take a quarter, so that what failed together does not come back together. */
function secondsAfter(receives: number): number {
  return Math.round(secondsToComeBack(receives) * (0.75 + Math.random() / 2));
}
