import { randomUUID } from "node:crypto";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Alert, alertSchema } from "#core/alert/schema";
import { type Story, soon } from "./story.ts";

/** The alerts sent since it was made, oldest first. */
export interface Alerts {
  all(): Promise<readonly Alert[]>;
  about(bucket: string): Promise<readonly Alert[]>;
  /** Waits until there are `count` alerts about a bucket; returns them. */
  wait(bucket: string, count: number, seconds?: number): Promise<readonly Alert[]>;
}

/** Subscribes a queue of the test file's own to the topic. */
export async function listen({ root, sandbox }: Story): Promise<Alerts> {
  const QueueName = `alerts-${randomUUID()}`;
  const arn = `arn:aws:sqs:${sandbox.region}:${sandbox.account}:${QueueName}`;
  const { QueueUrl = "" } = await root.sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify(openTo(sandbox.topicArn, arn)) } }),
  );
  await root.sns.send(new SubscribeCommand({ TopicArn: sandbox.topicArn, Protocol: "sqs", Endpoint: arn }));
  const heard: Alert[] = [];
  let hearing: Promise<void> | null = null;

  const hear = async () => {
    for (;;) {
      const { Messages: messages = [] } = await root.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (messages.length === 0) return;
      for (const { Body: body = "{}" } of messages) {
        const envelope = JSON.parse(body) as { Message: string };
        heard.push(alertSchema.parse(JSON.parse(envelope.Message)));
      }
      const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
      await root.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  const all = async () => {
    hearing ??= hear().finally(() => {
      hearing = null;
    });
    await hearing;
    return heard.toSorted((a, b) => a.time.localeCompare(b.time));
  };
  const about = async (bucket: string) => (await all()).filter((alert) => alert.bucket === bucket);
  return {
    all,
    about,
    wait: (bucket, count, seconds) =>
      soon(
        () => about(bucket),
        (alerts) => alerts.length >= count,
        seconds,
      ),
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
