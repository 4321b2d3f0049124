import { randomUUID } from "node:crypto";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Alert, alertSchema } from "#core/alert/schema";
import type { SandboxOutputs } from "./outputs.ts";

/** Every alert since the inbox was opened, oldest first. */
export interface Inbox {
  alerts(): Promise<readonly Alert[]>;
}

/** Subscribes a queue of its own to the sandbox's topic. */
export async function openInbox(sandbox: SandboxOutputs): Promise<Inbox> {
  const config = { endpoint: sandbox.endpoint, region: sandbox.region, credentials: { ...sandbox.credentials } };
  const sqs = new SQSClient(config);
  const sns = new SNSClient(config);
  const QueueName = `inbox-${randomUUID()}`;
  const arn = `arn:aws:sqs:${sandbox.region}:${sandbox.account}:${QueueName}`;
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify(openTo(sandbox.topicArn, arn)) } }),
  );
  await sns.send(new SubscribeCommand({ TopicArn: sandbox.topicArn, Protocol: "sqs", Endpoint: arn }));
  const heard: Alert[] = [];
  return {
    async alerts() {
      for (;;) {
        const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
        const { Messages: messages = [] } = await sqs.send(receive);
        if (messages.length === 0) return heard;
        for (const message of messages) {
          const envelope = JSON.parse(message.Body ?? "{}") as { Message: string };
          heard.push(alertSchema.parse(JSON.parse(envelope.Message)));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle ?? "" }));
        }
      }
    },
  };
}

// --- internal ---

function openTo(topicArn: string, queueArn: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  };
}
