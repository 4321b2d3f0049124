import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, GetBucketEncryptionCommand, type ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { inject } from "vitest";
import { type Alert, alertSchema } from "../../core/alert-schema.ts";
import type { SandboxOutputs } from "../../sandbox/sandbox.ts";
import { type Clients, clients } from "./clients.ts";
import type { LoggedCall } from "./local-aws.ts";

/** The sandbox as an end-to-end test sees it: people with credentials, alerts, and the call log. */
export interface Story {
  readonly sandbox: SandboxOutputs;
  readonly root: Clients;
  readonly alice: Clients;
  readonly ci: Clients;
}

export function story(): Story {
  const sandbox = inject("sandbox");
  const { endpoint } = sandbox;
  return {
    sandbox,
    root: clients({ endpoint, credentials: sandbox.credentials }),
    alice: clients({ endpoint, credentials: sandbox.users.alice }),
    ci: clients({ endpoint, credentials: sandbox.users.ci }),
  };
}

/** Makes a bucket with a name of its own. */
export async function newBucket(as: Clients, prefix: string): Promise<string> {
  const Bucket = `${prefix}-${randomUUID().slice(0, 8)}`;
  await as.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

export async function encryptionOf(as: Clients, bucket: string): Promise<ServerSideEncryptionRule> {
  const answer = await as.s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0] ?? {};
}

/** The rule of `test/e2e/policy.yaml`'s baseline, as S3 answers it. */
export function declared(keyArn: string): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
  };
}

/** Asks until the answer passes, at most `seconds`; the last failure is what is thrown. */
export async function soon<T>(ask: () => Promise<T>, passes: (answer: T) => boolean, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s; last: ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}

/** The alerts that went out since it was made, oldest first. */
export interface Alerts {
  about(bucket: string): Promise<Alert[]>;
  all(): Promise<Alert[]>;
}

/** Subscribes a queue of the test's own to the topic. */
export async function listen({ root, sandbox }: Story): Promise<Alerts> {
  const QueueName = `alerts-${randomUUID()}`;
  const arn = `arn:aws:sqs:${sandbox.region}:${sandbox.account}:${QueueName}`;
  const { QueueUrl = "" } = await root.sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify(openTo(sandbox.topicArn, arn)) } }),
  );
  await root.sns.send(new SubscribeCommand({ TopicArn: sandbox.topicArn, Protocol: "sqs", Endpoint: arn }));
  const heard: Alert[] = [];
  const all = async () => {
    for (;;) {
      const { Messages: messages = [] } = await root.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (messages.length === 0) return heard;
      for (const message of messages) {
        const envelope = JSON.parse(message.Body ?? "{}") as { Message: string };
        heard.push(alertSchema.parse(JSON.parse(envelope.Message)));
        await root.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle ?? "" }));
      }
    }
  };
  return { all, about: async (bucket) => (await all()).filter((alert) => alert.bucket === bucket) };
}

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

/** The calls of the call log that name a bucket, oldest first. */
export async function callsOn({ sandbox }: Story, bucket: string): Promise<LoggedCall[]> {
  const lines = (await readFile(sandbox.callLog, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as LoggedCall).filter((call) => call.bucket === bucket);
}

/** Bucketseal's own writes to a bucket's encryption. */
export async function repairsOf(story: Story, bucket: string): Promise<LoggedCall[]> {
  const calls = await callsOn(story, bucket);
  return calls.filter((call) => call.api === "PutBucketEncryption" && call.function !== null && call.status < 300);
}
