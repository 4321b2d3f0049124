import type { SQSClient } from "@aws-sdk/client-sqs";
import { messageOf } from "#aws/error";
import { sendLater } from "#aws/sqs/queue";
import { windowStart } from "#core/backfill/messages";
import { timesOf } from "#core/backfill/window";
import type { WindowBackfills } from "#core/ledger/ledger";
import { logger } from "../runtime/telemetry.ts";
import type { BucketEnvironment } from "./environment.ts";

/**
 * The way to backfills of windows: a message such as a person's start, to the queue of the backfill
 * function. It arrives when the window is over, as far as SQS can delay it, for S3 may apply a new
 * default late; `null`: this deployment has none. They reach buckets of the function's own account
 * and Region only.
 */
export function windowBackfills(
  sqs: SQSClient,
  settings: Pick<
    BucketEnvironment,
    "BACKFILL_QUEUE_URL" | "DRIFT_WAIT_SECONDS" | "ACCOUNT_ID" | "AWS_REGION" | "OWN_ROLE_ARN"
  >,
  now: () => number,
): WindowBackfills | null {
  const { BACKFILL_QUEUE_URL: queueUrl, DRIFT_WAIT_SECONDS: most = LONGEST } = settings;
  if (queueUrl === undefined) return null;
  return {
    reach: ({ account, region }) => account === settings.ACCOUNT_ID && region === settings.AWS_REGION,
    ask: async (ref, window, versions) => {
      const message = windowStart(ref, settings.OWN_ROLE_ARN, window, versions);
      const left = (Date.parse(timesOf([window]).until) - now()) / 1000;
      const facts = { bucket: ref.bucket, window: window.id, from: window.from, to: window.to };
      try {
        await sendLater(sqs, queueUrl, message, Math.max(0, Math.min(most, left)));
        logger.info("a backfill of a window was asked for", facts);
      } catch (error) {
        logger.error("a backfill of a window could not be asked for", { ...facts, cause: messageOf(error) });
        throw error;
      }
    },
  };
}

// --- internal ---

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
 */
const LONGEST = 900;
