import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { MALFORMED } from "./queue.ts";

/** A message of a dead-letter queue, hidden from others until `putBack` or the end of its time. */
export interface DeadMessage {
  readonly id: string;
  readonly body: string;
  readonly handle: string;
  /**
   * ISO 8601: when it was sent to the queue that SQS moved it from, or to this one by a function.
   */
  readonly sentAt: string;
  /** How often it was received, a look by a person included. */
  readonly receives: number;
  /** The message attributes that are texts, by name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** A function could not read it. */
  readonly malformed: boolean;
}

/**
 * Takes up to ten messages, which are hidden from others for that long. A dead-letter queue has no
 * redrive of its own, so being received moves a message nowhere.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export async function takeDead(sqs: SQSClient, queueUrl: string, hiddenSeconds: number): Promise<DeadMessage[]> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: MOST,
    VisibilityTimeout: hiddenSeconds,
    // A wait asks all of SQS's servers; without one some of the messages are overlooked.
    WaitTimeSeconds: 1,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
  });
  const { Messages = [] } = await sqs.send(receive);
  return Messages.map(({ MessageId = "", Body = "", ReceiptHandle = "", Attributes = {}, MessageAttributes = {} }) => ({
    id: MessageId,
    body: Body,
    handle: ReceiptHandle,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    receives: Number(Attributes.ApproximateReceiveCount ?? 1),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue]),
    ),
    malformed: MessageAttributes[MALFORMED] !== undefined,
  }));
}

/** Shows messages to others again, at once. One for which that fails comes back by itself. */
export async function putBack(sqs: SQSClient, queueUrl: string, handles: readonly string[]): Promise<void> {
  for (let from = 0; from < handles.length; from += MOST) {
    const Entries = handles
      .slice(from, from + MOST)
      .map((ReceiptHandle, at) => ({ Id: `${at}`, ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** Sends a body as it is to the queue that it came from, without the hops that it had. */
export async function sendAgain(sqs: SQSClient, queueUrl: string, body: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Deletes a message that was taken. */
export async function dropDead(sqs: SQSClient, queueUrl: string, handle: string): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }));
}

// --- internal ---

/** SQS's limit for one request. */
const MOST = 10;
