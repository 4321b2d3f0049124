import { randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import type { SQSRecord } from "aws-lambda";
import { mapPool } from "../../cli/buckets/pool.ts";
import { objectCreated } from "../../test/events/object.ts";
import { declared, type Stage } from "./stage.ts";

/** Parallel writes while a benchmark prepares its objects. */
const WRITERS = 8;

/**
 * A bucket as its rule declares it; it sends its events to EventBridge where that is its rule's
 * source.
 */
export async function objectBucket(stage: Stage, name: string): Promise<string> {
  const { ci, sandbox } = stage;
  await ci.send(new CreateBucketCommand({ Bucket: name }));
  const isDsse = name.startsWith("objcopy") || name.startsWith("objheld");
  const byDefault = { SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: sandbox.keyArn } as const;
  const rule = isDsse ? { ApplyServerSideEncryptionByDefault: byDefault } : declared(sandbox);
  await ci.send(new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  if (name.startsWith("objs3")) {
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await ci.send(new PutBucketNotificationConfigurationCommand({ Bucket: name, NotificationConfiguration }));
  }
  return name;
}

/** Writes objects under another encryption than the bucket's default, or with none stated. */
export async function writeObjects(
  { alice }: Stage,
  Bucket: string,
  keys: readonly string[],
  ServerSideEncryption?: ServerSideEncryption,
): Promise<void> {
  await mapPool(keys, WRITERS, async (Key) => {
    await alice.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}`, ServerSideEncryption }));
  });
}

export function keysOf(count: number, prefix = "object"): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${String(at).padStart(4, "0")}`);
}

/** The messages of S3's own events about these objects. */
export function messages({ sandbox }: Stage, bucket: string, keys: readonly string[]): SQSRecord[] {
  const { account, region } = sandbox;
  return records(
    sandbox,
    keys.map((key) =>
      objectCreated(key, {
        requester: account,
        detail: { bucket: { name: bucket } },
        envelope: { id: randomUUID(), account, region, time: new Date().toISOString() },
      }),
    ),
  );
}

/** Events as Lambda receives them from the object queue. */
export function records(sandbox: Stage["sandbox"], events: readonly object[]): SQSRecord[] {
  const { account, region, queues } = sandbox;
  return events.map((event) => ({
    messageId: randomUUID(),
    receiptHandle: "none",
    body: JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.now()),
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: "0".repeat(32),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${queues.objects.split("/").at(-1)}`,
    awsRegion: region,
  }));
}
