import {
  CopyObjectCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type BusEvent, type EventQueue, eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
const types = ["Object Created", "Object Deleted"];
let queue: EventQueue;
let plain: string;
let versioned: string;

beforeAll(async () => {
  queue = await eventQueue(aws, { source: ["aws.s3"], "detail-type": types });
  plain = await aws.bucket("plain");
  versioned = await aws.bucket("versioned");
  const VersioningConfiguration = { Status: "Enabled" as const };
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  for (const Bucket of [plain, versioned]) {
    await aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  }
  // Switching on takes up to five minutes on AWS.
  if (aws.real) await new Promise((resolve) => setTimeout(resolve, 300_000));
}, 400_000);

async function event(bucket: string, key: string, type: string): Promise<BusEvent> {
  return await queue.find(`${type} ${key}`, ({ detail, "detail-type": found }) => {
    const { name } = detail.bucket as { name: string };
    return found === type && name === bucket && (detail.object as { key: string }).key === key;
  });
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html; fields as captured on AWS in September 2026
describe("an event from S3 itself:", () => {
  test("Object Created has reason, size, etag, sequencer, the caller's account, and the key as written", async () => {
    const Key = "a b+c%20/ü😀";
    await aws.s3.send(new PutObjectCommand({ Bucket: plain, Key, Body: "hello" }));
    const found = await event(plain, Key, "Object Created");
    expect(found).toMatchObject({ account: aws.account, region: aws.region, resources: [`arn:aws:s3:::${plain}`] });
    expect(found.detail).toEqual({
      version: "0",
      "event-version": "1.2",
      bucket: { name: plain },
      object: {
        key: Key,
        size: 5,
        etag: "5d41402abc4b2a76b9719d911017c592",
        sequencer: expect.stringMatching(/^[0-9A-F]{16,18}$/),
      },
      "request-id": expect.stringMatching(/^[0-9A-Z]{16}$/),
      requester: aws.account,
      "source-ip-address": expect.any(String),
      reason: "PutObject",
    });
    expect(found.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("Object Created carries the version in a versioned bucket", async () => {
    const { VersionId } = await aws.s3.send(new PutObjectCommand({ Bucket: versioned, Key: "v", Body: "x" }));
    expect((await event(versioned, "v", "Object Created")).detail.object).toMatchObject({ "version-id": VersionId });
  });

  test("Object Created has the reason CopyObject for a copy", async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket: plain, Key: "source", Body: "x" }));
    await aws.s3.send(new CopyObjectCommand({ Bucket: plain, Key: "copy", CopySource: `${plain}/source` }));
    expect((await event(plain, "copy", "Object Created")).detail).toMatchObject({ reason: "CopyObject" });
  });

  test("Object Deleted has no size and no etag", async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket: plain, Key: "gone", Body: "x" }));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: plain, Key: "gone" }));
    const { detail } = await event(plain, "gone", "Object Deleted");
    expect(detail).toMatchObject({ reason: "DeleteObject", "deletion-type": "Permanently Deleted" });
    expect(Object.keys(detail.object as object).sort()).toEqual(["key", "sequencer"]);
  });

  test("Object Created is sent for a copy that only encrypts with the bucket's default too", async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket: versioned, Key: "again", Body: "x" }));
    const copy = { Bucket: versioned, Key: "again", CopySource: `${versioned}/again` };
    const { VersionId } = await aws.s3.send(new CopyObjectCommand({ ...copy, ServerSideEncryption: "AES256" }));
    const found = await queue.find("the copy's event", ({ detail }) => {
      return (detail.object as { "version-id"?: string })["version-id"] === VersionId;
    });
    expect(found.detail).toMatchObject({ reason: "CopyObject", object: { key: "again" } });
  });
});
