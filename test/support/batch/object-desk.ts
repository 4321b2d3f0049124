import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { Alert } from "#core/alert/schema";
import { compilePolicy } from "#core/match/compile";
import { policySchema } from "#core/policy/policy";
import { objectBatch } from "../../../functions/object/batch.ts";
import type { ObjectEnvironment } from "../../../functions/object/environment.ts";
import type { RecentEvents } from "../../../functions/object/recent-events.ts";
import { type ObjectShared, objectShared } from "../../../functions/object/shared.ts";
import { objectCreated } from "../../events/object.ts";
import { ledgerTable } from "../local-aws/ledger-table.ts";
import type { LoggedCall, TestAws } from "../local-aws/local-aws.ts";
import { newQueue } from "./new-queue.ts";

const account = "111122223333";
const region = "us-east-1";
const table = "ledger";
const parameter = "/bucketseal/test/writes";

/** The object function without Lambda: its batches run here, against a local AWS. */
export interface ObjectDesk {
  readonly shared: ObjectShared;
  readonly alerts: Alert[];
  readonly key: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Seconds that its clock is ahead. */
  advance(seconds: number): void;
  bucket(): Promise<string>;
  put(bucket: string, key: string, more?: object): Promise<{ versionId: string | undefined }>;
  encryptionOf(bucket: string, key: string): Promise<string | undefined>;
  run(
    records: readonly SQSRecord[],
    time?: { seconds?: number; startIn?: number; id?: string; counted?: RecentEvents },
  ): Promise<SQSBatchResponse>;
  /** The visible messages of a queue: bodies with their attributes. */
  waiting(queueUrl: string): Promise<{ body: string; cause: string | undefined }[]>;
  /** Calls that name a bucket, since this was last called. */
  calls(bucket: string): Promise<string[]>;
}

/**
 * Sets one up; every rule's objects are enforced by S3's own events unless `objects` says
 * otherwise.
 */
export async function objectDesk(
  aws: TestAws,
  objects: object = {},
  environment: Partial<ObjectEnvironment> = {},
): Promise<ObjectDesk> {
  const root = aws.root(account, region);
  const { KeyMetadata } = await root.kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? "";
  await ledgerTable(root.dynamodb, table).catch(() => undefined);
  const [queueUrl, deadLetterQueueUrl] = [await newQueue(root.sqs), await newQueue(root.sqs)];
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const alerts: Alert[] = [];
  const rules = [
    {
      id: "baseline",
      encryption: { algorithm: "aws:kms", key: "default", bucketKey: true },
      mode: "enforce",
      objects: { onWrite: "enforce", ...objects },
    },
  ];
  const policy = compilePolicy(policySchema.parse({ version: 1, keys: { default: key }, rules }));
  const settings = { ...SETTINGS, ...environment, QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl };
  const clients = { ...root, objects: root.s3, organizations: null as never };
  const shared: ObjectShared = {
    ...objectShared(clients, settings, { now, sleep, newId: randomUUID }),
    publish: async (alert) => void alerts.push(alert),
    policy: async () => ({ policy, version: 1, observeOnly: null }),
  };
  await root.ssm.send(new PutParameterCommand({ Name: parameter, Value: "allowed", Type: "String", Overwrite: true }));
  let read = 0;
  return {
    shared,
    alerts,
    key,
    queueUrl,
    deadLetterQueueUrl,
    advance: (seconds) => {
      ahead += seconds * 1000;
    },
    bucket: async () => {
      const Bucket = `desk-${randomUUID()}`;
      await root.s3.send(new CreateBucketCommand({ Bucket }));
      const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
      await root.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
      return Bucket;
    },
    put: async (Bucket, Key, more = {}) => {
      const { VersionId } = await root.s3.send(new PutObjectCommand({ Bucket, Key, Body: "the bytes", ...more }));
      return { versionId: VersionId };
    },
    encryptionOf: async (Bucket, Key) =>
      (await root.s3.send(new HeadObjectCommand({ Bucket, Key }))).ServerSideEncryption,
    run: (records, { seconds = 300, startIn = seconds, id = randomUUID(), counted = shared.counted } = {}) =>
      objectBatch(
        records,
        { ...shared, counted },
        { id, deadline: now() + seconds * 1000, startBy: now() + startIn * 1000 },
      ),
    waiting: async (QueueUrl) => {
      const found: { body: string; cause: string | undefined }[] = [];
      for (;;) {
        const receive = new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
          VisibilityTimeout: 600,
        });
        const { Messages = [] } = await root.sqs.send(receive);
        if (Messages.length === 0) return found;
        for (const { Body = "", MessageAttributes } of Messages) {
          found.push({ body: Body, cause: MessageAttributes?.cause?.StringValue });
        }
      }
    },
    calls: async (bucket) => {
      const all: LoggedCall[] = await aws.calls();
      const fresh = all.slice(read).filter((call) => call.bucket === bucket);
      read = all.length;
      return fresh.map(({ api }) => api);
    },
  };
}

/** A message of the queue. */
export function recordOf(body: unknown, receives = 1): SQSRecord {
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receives) } as SQSRecord["attributes"],
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: region,
  };
}

/** S3's own event about an object of the desk. */
export function createdEvent(bucket: string, key: string, more: { versionId?: string | undefined } = {}): object {
  return objectCreated(key, {
    ...(more.versionId === undefined ? {} : { versionId: more.versionId }),
    detail: { bucket: { name: bucket } },
    envelope: { id: randomUUID(), region, time: new Date().toISOString().replace(/\.\d+/, "") },
  });
}

// --- internal ---

const SETTINGS: ObjectEnvironment = {
  ACCOUNT_ID: account,
  AWS_REGION: region,
  POLICY_TABLE: "policy",
  LEDGER_TABLE: table,
  TOPIC_ARN: "",
  PAUSE_PARAMETER: parameter,
  QUEUE_URL: "",
  DEAD_LETTER_QUEUE_URL: "",
  OWN_SESSION_PREFIX: `arn:aws:sts::${account}:assumed-role/bucketseal/`,
  OWN_ROLE_ARN: `arn:aws:iam::${account}:role/bucketseal`,
  COPY: "on",
  UPDATE_OBJECT_ENCRYPTION: "on",
  WINDOW_SECONDS: 60,
};
