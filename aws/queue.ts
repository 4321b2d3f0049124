import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Sends a JSON message that arrives after `seconds` (at most 900, SQS's limit). */
export async function sendLater(sqs: SQSClient, queueUrl: string, body: unknown, seconds: number): Promise<void> {
  const DelaySeconds = Math.min(900, Math.max(0, Math.ceil(seconds)));
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body), DelaySeconds }));
}

/** Sends a message that cannot be worked on to the dead-letter queue, unchanged, with its cause as an attribute. */
export async function sendToDeadLetters(sqs: SQSClient, queueUrl: string, body: string, cause: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: { cause: { DataType: "String", StringValue: cause.slice(0, 1000) } },
    }),
  );
}

/** Makes a message that failed come back after `seconds` instead of after the queue's whole visibility time-out. */
export async function retryIn(sqs: SQSClient, queueUrl: string, receiptHandle: string, seconds: number): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}
