import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { newKey } from "../support/e2e/keys.ts";
import { deeds, headOf, offend, policyKnown, repaired, settledBucket } from "../support/e2e/objects.ts";
import { story } from "../support/e2e/story.ts";
import { formUpload } from "../support/local-aws/form-upload.ts";

/** Every call that makes an object or changes its encryption is heard of, and what took the bucket's default costs as little as it can. */
const told = story();
const { alice } = told;
let wrong: string;

beforeAll(async () => {
  [wrong] = await Promise.all([newKey(told.root), policyKnown()]);
});

const CALLS: Readonly<Record<string, (Bucket: string, Key: string) => Promise<unknown>>> = {
  PutObject: (Bucket, Key) => offend(alice, Bucket, Key),
  CopyObject: async (Bucket, Key) => {
    await alice.s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: "the bytes" }));
    const CopySource = `${Bucket}/source`;
    await alice.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ServerSideEncryption: "AES256" }));
  },
  PostObject: async (Bucket, key) => {
    const answer = await formUpload(alice.s3, Bucket, { key, "x-amz-server-side-encryption": "AES256" });
    expect(answer.status).toBe(204);
  },
  CompleteMultipartUpload: async (Bucket, Key) => {
    const begin = new CreateMultipartUploadCommand({ Bucket, Key, ServerSideEncryption: "AES256" });
    const { UploadId } = await alice.s3.send(begin);
    const part = { Bucket, Key, UploadId, PartNumber: 1 };
    const { ETag } = await alice.s3.send(new UploadPartCommand({ ...part, Body: "the bytes" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await alice.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  },
};

describe.each([
  ["S3's events", "objs3", true],
  ["data events", "objdata", false],
] as const)("by %s", (_, prefix, sendsEvents) => {
  test.concurrent.each(Object.keys(CALLS))("%s", async (name) => {
    const bucket = await settledBucket(told, prefix, sendsEvents);
    await CALLS[name]?.(bucket, name);
    await repaired(told, bucket, name);
    expect((await deeds(told, bucket, "UpdateObjectEncryption")).get(name)).toBe(1);
  });
});

test.concurrent("UpdateObjectEncryption with another key is seen in data events alone", async () => {
  const bucket = await settledBucket(told, "objdata");
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "the bytes" }));
  const SSEKMS = { KMSKeyArn: wrong, BucketKeyEnabled: true };
  await alice.s3.send(new UpdateObjectEncryptionCommand({ Bucket: bucket, Key: "a", ObjectEncryption: { SSEKMS } }));
  expect((await headOf(alice, bucket, "a")).SSEKMSKeyId).toBeDefined();
  await repaired(told, bucket, "a");
  expect((await deeds(told, bucket, "UpdateObjectEncryption")).get("a")).toBe(1);
});

describe.each([
  ["S3's events: one HEAD", "objs3", true, 1],
  ["data events: nothing at all", "objdata", false, undefined],
] as const)("what took the bucket's default costs, by %s", (_, prefix, sendsEvents, heads) => {
  test.concurrent("while what differs beside it is repaired", async () => {
    const bucket = await settledBucket(told, prefix, sendsEvents);
    await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "by default", Body: "the bytes" }));
    await offend(alice, bucket, "after it");
    await repaired(told, bucket, "after it");
    expect((await deeds(told, bucket, "HeadObject")).get("by default")).toBe(heads);
  });
});
