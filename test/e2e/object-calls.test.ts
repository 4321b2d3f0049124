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

/**
 * Every call that creates an object or changes its encryption causes a look; writes under the
 * bucket's default cost as little as they can.
 */
const e2e = story();
const { alice } = e2e;
let wrong: string;

beforeAll(async () => {
  [wrong] = await Promise.all([newKey(e2e.root), policyKnown()]);
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
] as const)(
  "an object with another encryption is repaired, seen by %s, when it is written by",
  (_, prefix, sendsEvents) => {
    test.concurrent.each(Object.keys(CALLS))("%s", async (name) => {
      const bucket = await settledBucket(e2e, prefix, sendsEvents);
      await CALLS[name]?.(bucket, name);
      await repaired(e2e, bucket, name);
      expect((await deeds(e2e, bucket, "UpdateObjectEncryption")).get(name)).toBe(1);
    });
  },
);

test.concurrent("UpdateObjectEncryption with another key is seen in data events alone", async () => {
  const bucket = await settledBucket(e2e, "objdata");
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "the bytes" }));
  const SSEKMS = { KMSKeyArn: wrong, BucketKeyEnabled: true };
  await alice.s3.send(new UpdateObjectEncryptionCommand({ Bucket: bucket, Key: "a", ObjectEncryption: { SSEKMS } }));
  expect((await headOf(alice, bucket, "a")).SSEKMSKeyId).toBeDefined();
  await repaired(e2e, bucket, "a");
  expect((await deeds(e2e, bucket, "UpdateObjectEncryption")).get("a")).toBe(1);
});

describe.each([
  ["one HEAD by S3's events", "objs3", true, 1],
  ["nothing at all by data events", "objdata", false, undefined],
] as const)("an object that took the bucket's default costs %s", (_, prefix, sendsEvents, heads) => {
  test.concurrent("a re-encrypted object is left alone while another one beside it is repaired", async () => {
    const bucket = await settledBucket(e2e, prefix, sendsEvents);
    await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "by default", Body: "the bytes" }));
    await offend(alice, bucket, "after it");
    await repaired(e2e, bucket, "after it");
    expect((await deeds(e2e, bucket, "HeadObject")).get("by default")).toBe(heads);
  });
});
