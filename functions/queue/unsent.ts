import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { messageOf } from "#aws/error";
import { publishAlert } from "#aws/sns/publish-alert";
import { sendLater } from "#aws/sqs/queue";
import { fitting } from "#core/alert/fitting";
import { type Alert, alertSchema } from "#core/alert/schema";
import type { Ports } from "#core/bucket/ports";
import { ours } from "#core/event/ours";
import type { EventScope, Home } from "#core/event/scope";
import { logger, metrics } from "../runtime/telemetry.ts";
import { notAtHome } from "./home.ts";
import type { Redelivery } from "./redelivery.ts";

/** An alert that SNS did not take, as a message of its own. */
export interface UnsentMessage {
  readonly kind: "unsent";
  readonly alert: Alert;
}

/**
 * Publishes alerts. One that SNS does not take, whatever the reason (its key is disabled, it is
 * throttled or down), becomes a message of its own in the function's queue: what was found is
 * recorded as told, and the bucket goes on being looked at and repaired.
 * @throws whatever `publish` throws, if SQS does not take it either.
 */
export function neverInTheWay(
  publish: Ports["publish"],
  { sqs, queueUrl }: { readonly sqs: SQSClient; readonly queueUrl: string },
): Ports["publish"] {
  return async (alert) => {
    try {
      await publish(alert);
    } catch (error) {
      logger.warn("an alert was put off", { alert: alert.id, cause: messageOf(error) });
      metrics.addMetric("AlertsPutOff", "Count", 1);
      const kept = fitting(alert, (each) => each, bytesOf, MAX_BYTES);
      await sendLater(sqs, queueUrl, { schema: UNSENT, alert: kept }, SECONDS).catch((unsaved: unknown) => {
        logger.error("an alert could not be put off", { alert: alert.id, cause: messageOf(unsaved) });
        throw error;
      });
    }
  };
}

/** Reads such a message; `null`: it is none. */
export function readUnsent(body: unknown, home: Home & Partial<EventScope>): UnsentMessage | null {
  const { data } = unsentSchema.safeParse(body);
  return data === undefined || notAtHome(data.alert, home) !== null ? null : { kind: "unsent", alert: data.alert };
}

/**
 * Publishes an alert that was put off. If that fails again it is counted for the alarm and tried
 * for most of an hour; then it is in the dead-letter queue, to be redriven.
 */
export async function sendUnsent(
  { clients, settings }: Sender,
  record: SQSRecord,
  alert: Alert,
  redelivery: Redelivery,
): Promise<void> {
  await redelivery.orRedeliver([record], "an alert could not be sent", async () => {
    try {
      await publishAlert(clients.sns, settings.TOPIC_ARN, alert);
    } catch (error) {
      metrics.addMetric("AlertsUnsent", "Count", 1);
      throw error;
    }
  });
}

// --- internal ---

interface Sender {
  readonly clients: { readonly sns: SNSClient };
  readonly settings: { readonly TOPIC_ARN: string };
}

const UNSENT = "bucketseal.unsent/1";
/** Seconds until the first new try. */
const SECONDS = 2;
/**
 * SQS takes messages of 256 KB at least.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_BYTES = 200_000;

const unsentSchema = ours(UNSENT, { alert: alertSchema });

function bytesOf(alert: Alert): number {
  return Buffer.byteLength(JSON.stringify(alert));
}
