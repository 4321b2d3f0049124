import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { orRetryable } from "#aws/error";
import { safe } from "#core/safe";
import { messageBody } from "./message-body.ts";

/**
 * The attribute of a dead letter that no function can read, so that nobody sends it back by
 * accident.
 */
export const MALFORMED = "malformed";

/**
 * The attribute of a message to ourselves that says how often it was sent: the body stays as it is.
 */
export const HOPS = "hops";

/**
 * Sends a JSON message that arrives after `seconds` (at most 900, SQS's limit); `hops`: how often
 * this work was sent, this time included; `group`: whose it is. Returns the message's id.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function sendLater(
  sqs: SQSClient,
  queueUrl: string,
  body: unknown,
  seconds: number,
  hops = 1,
  group?: string,
): Promise<string> {
  const DelaySeconds = Math.min(900, Math.max(0, Math.ceil(seconds)));
  const MessageAttributes = hopsAttribute(hops);
  const MessageBody = messageBody(body);
  const to = { QueueUrl: queueUrl, DelaySeconds, ...inGroup(group) };
  const send = new SendMessageCommand({ ...to, MessageBody, MessageAttributes });
  const { MessageId: id = "" } = await orRetryable("SendMessage", () => sqs.send(send));
  return id;
}

/**
 * Sends a message that cannot be processed to the dead-letter queue, unchanged, with the cause as
 * an attribute. SQS refuses a message with a control character in it, so the cause is made safe.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function sendToDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
  body: string,
  cause: string,
  { malformed = false }: { readonly malformed?: boolean } = {},
): Promise<void> {
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  const send = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageAttributes: {
      cause: text(safe(cause) || "unknown"),
      ...(malformed ? { [MALFORMED]: text("yes") } : {}),
    },
  });
  await orRetryable("SendMessage", () => sqs.send(send));
}

/**
 * SQS's limits for a batch: ten messages, and less than its smallest limit in bytes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_ENTRIES = 10;

const MAX_BYTES = 200_000;

/**
 * Sends bodies as they are, with their hops; returns the positions of those that could not be sent.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export async function sendBodies(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly HoppingBody[],
): Promise<number[]> {
  const failed: number[] = [];
  for (const positions of inBatches(messages.map(({ body }) => body))) {
    try {
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: positions.map((at) => ({
            Id: `${at}`,
            MessageBody: messages[at]?.body,
            MessageAttributes: hopsAttribute(messages[at]?.hops ?? 0),
            ...inGroup(messages[at]?.group),
          })),
        }),
      );
      failed.push(...Failed.map(({ Id }) => Number(Id)));
    } catch {
      failed.push(...positions);
    }
  }
  return failed;
}

/** A message's body, and how often it was sent, this time included. */
export interface HoppingBody {
  readonly body: string;
  readonly hops: number;
  /** Whose it is, such as an account. */
  readonly group?: string;
}

/**
 * Has messages redelivered after this many seconds each, instead of after the queue's whole
 * visibility timeout. A message for which that fails waits for the timeout: nothing is lost.
 */
export async function redeliverAfter(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly { readonly receiptHandle: string; readonly seconds: number }[],
): Promise<void> {
  for (let from = 0; from < messages.length; from += MAX_ENTRIES) {
    const Entries = messages.slice(from, from + MAX_ENTRIES).map(({ receiptHandle, seconds }, at) => ({
      Id: `${at}`,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    const change = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    await orRetryable("ChangeMessageVisibility", () => sqs.send(change));
  }
}

// --- internal ---

/**
 * A standard queue with groups is fair: where one has many messages, the others' are delivered
 * first.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
function inGroup(group: string | undefined): { readonly MessageGroupId?: string } {
  return group === undefined ? {} : { MessageGroupId: group };
}

function hopsAttribute(hops: number) {
  return { [HOPS]: { DataType: "Number", StringValue: String(hops) } };
}

function inBatches(bodies: readonly string[]): number[][] {
  const batches: number[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [at, body] of bodies.entries()) {
    const size = Buffer.byteLength(body);
    const current = batches.at(-1);
    if (current === undefined || current.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      batches.push([at]);
      bytes = size;
    } else {
      current.push(at);
      bytes += size;
    }
  }
  return batches;
}
