import { randomUUID } from "node:crypto";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { SQSRecord } from "aws-lambda";
import { flipPointer, putVersion, readPointer } from "#aws/policy/table";
import { type Alert, alertSchema } from "#core/alert/schema";
import { policySchema } from "#core/policy/policy";
import type { BucketEnvironment } from "../../../functions/bucket/environment.ts";
import type { Clients } from "../local-aws/clients.ts";
import { newTable } from "../local-aws/table.ts";

export const account = "111122223333";
export const region = "us-east-1";

/** The stack's resources around the functions, made by hand in a local AWS. */
export interface TestHub {
  readonly environment: BucketEnvironment;
  readonly keyArn: string;
  /** The alias by which the policy names it. */
  readonly aliasName: string;
  newBucket(): Promise<string>;
  /** Puts a policy in force; its rules enforce unless they say otherwise. */
  push(rules: readonly object[], more?: object): Promise<void>;
  /** The alerts sent since the last call. */
  alerts(): Promise<Alert[]>;
  /** Bodies that wait in a queue, taken out; dead-lettered messages with their cause. */
  waiting(queueUrl: string): Promise<{ body: string; cause: string | undefined }[]>;
  /**
   * Messages as Lambda's poller gives them to a function, sent to the event queue and taken from
   * it.
   */
  records(bodies: readonly (object | string)[]): Promise<SQSRecord[]>;
}

export async function testHub(root: Clients): Promise<TestHub> {
  const { kms, sns, sqs, ssm, dynamodb, s3 } = root;
  const name = randomUUID().slice(0, 8);
  const queue = async (QueueName: string, Attributes = {}) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: `alerts-${name}` }));
  const heard = `arn:aws:sqs:${region}:${account}:heard-${name}`;
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: heard };
  const heardUrl = await queue(`heard-${name}`, { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: heard }));
  const keyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: keyArn }));
  const environment: BucketEnvironment = {
    ACCOUNT_ID: account,
    AWS_REGION: region,
    POLICY_TABLE: await newTable(dynamodb, "policy"),
    LEDGER_TABLE: await newTable(dynamodb, "ledger"),
    TOPIC_ARN: TopicArn,
    PAUSE_PARAMETER: `/bucketseal/${name}/writes`,
    QUEUE_URL: await queue(`events-${name}`, { VisibilityTimeout: "180" }),
    DEAD_LETTER_QUEUE_URL: await queue(`dead-${name}`),
    LANE_QUEUE_URL: await queue(`lane-${name}`),
    LANE_DEAD_LETTER_QUEUE_URL: await queue(`lane-dead-${name}`),
    SWEEP_QUEUE_URL: await queue(`sweep-${name}`),
    OWN_SESSION_PREFIX: `arn:aws:sts::${account}:assumed-role/bucketseal-${name}/`,
    OWN_ROLE_ARN: `arn:aws:iam::${account}:role/bucketseal-${name}`,
    MANAGE_NOTIFICATIONS: "off",
    HISTORY_DAYS: 400,
  };
  await ssm.send(new PutParameterCommand({ Name: environment.PAUSE_PARAMETER, Value: "allowed", Type: "String" }));

  const take = async (QueueUrl: string) => {
    const taken = [];
    for (;;) {
      const receive = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(receive);
      if (Messages.length === 0) return taken;
      taken.push(...Messages);
    }
  };
  const waiting = async (QueueUrl: string) => {
    const messages = await take(QueueUrl);
    for (const { ReceiptHandle = "" } of messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return messages.map(({ Body = "", MessageAttributes }) => ({
      body: Body,
      cause: MessageAttributes?.cause?.StringValue,
    }));
  };

  return {
    environment,
    keyArn,
    aliasName: `alias/${name}`,
    waiting,
    newBucket: async () => {
      const Bucket = `fn-${randomUUID()}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    push: async (rules, more = {}) => {
      const source = {
        version: 1,
        settle: "0s",
        fold: "0s",
        keys: { default: `arn:{partition}:kms:{region}:{account}:alias/${name}` },
        rules: rules.map((rule, at) => ({ id: `rule-${at}`, mode: "enforce", ...rule })),
        ...more,
      };
      const document = JSON.stringify(policySchema.parse(source));
      const policies = { dynamodb, table: environment.POLICY_TABLE };
      const seen = await readPointer(policies);
      const pointer = await putVersion(policies, {
        version: (seen?.version ?? 0) + 1,
        rules: rules.length,
        by: "test",
        at: new Date().toISOString(),
        document,
        source: JSON.stringify(source),
      });
      if (pointer === null) throw new Error("that version exists already");
      await flipPointer(policies, pointer, seen);
    },
    alerts: async () =>
      (await waiting(heardUrl)).map(({ body }) =>
        alertSchema.parse(JSON.parse((JSON.parse(body) as { Message: string }).Message)),
      ),
    records: async (bodies) => {
      const ids = new Set<string>();
      for (const body of bodies) {
        const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
        const sent = await sqs.send(new SendMessageCommand({ QueueUrl: environment.QUEUE_URL, MessageBody }));
        ids.add(sent.MessageId ?? "");
      }
      // A look that an earlier test postponed may arrive at any time: it is not what was asked for.
      const taken = (await take(environment.QUEUE_URL)).filter(({ MessageId = "" }) => ids.has(MessageId));
      return taken.map((message) => ({
        messageId: message.MessageId ?? "",
        receiptHandle: message.ReceiptHandle ?? "",
        body: message.Body ?? "",
        attributes: message.Attributes as unknown as SQSRecord["attributes"],
        messageAttributes: {},
        md5OfBody: message.MD5OfBody ?? "",
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:${region}:${account}:events-${name}`,
        awsRegion: region,
      }));
    },
  };
}
