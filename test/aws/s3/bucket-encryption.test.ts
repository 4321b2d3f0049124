import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { getBucketEncryption, putBucketEncryption } from "#aws/s3/bucket-encryption";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { BucketRef } from "#core/names";
import { answering } from "../../support/core/answering.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { permit } from "../../support/local-aws/permit.ts";
import { account, deny, missing, newBucket as newBucketIn, refOf } from "./new-bucket.ts";

const aws = localAws();
const key = `arn:aws:kms:us-east-1:${account}:key/11111111-2222-4333-8444-555555555555`;

async function newBucket(rule?: ServerSideEncryptionRule): Promise<BucketRef> {
  const ref = await newBucketIn(aws.root().s3);
  if (rule !== undefined) await put(ref.bucket, rule);
  return ref;
}

async function put(Bucket: string, rule: ServerSideEncryptionRule): Promise<void> {
  const ServerSideEncryptionConfiguration = { Rules: [rule] };
  await aws.root().s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
}

async function ruleOf(bucket: string): Promise<ServerSideEncryptionRule | undefined> {
  const answer = await aws.root().s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0];
}

const kms = (more: ServerSideEncryptionRule = {}): ServerSideEncryptionRule => ({
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key },
  ...more,
});

const shapes: readonly (readonly [string, ServerSideEncryptionRule, BucketEncryption])[] = [
  [
    "SSE-S3, with nothing else said",
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
    { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  ],
  ["a key ARN", kms(), { algorithm: "aws:kms", key, bucketKey: false, sseC: "SSE-C" }],
  ["a bucket key", kms({ BucketKeyEnabled: true }), { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" }],
  [
    "no key",
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } },
    { algorithm: "aws:kms", bucketKey: false, sseC: "SSE-C" },
  ],
  [
    "a key as it was spelled",
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/other" } },
    { algorithm: "aws:kms", key: "alias/other", bucketKey: false, sseC: "SSE-C" },
  ],
  [
    "DSSE",
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: key } },
    { algorithm: "aws:kms:dsse", key, bucketKey: false, sseC: "SSE-C" },
  ],
  [
    "SSE-C allowed",
    kms({ BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }),
    { algorithm: "aws:kms", key, bucketKey: false, sseC: "NONE" },
  ],
  [
    "SSE-C blocked",
    kms({ BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] } }),
    { algorithm: "aws:kms", key, bucketKey: false, sseC: "SSE-C" },
  ],
];

test.each(shapes)("a bucket's encryption is read: %s", async (_what, rule, expected) => {
  const ref = await newBucket(rule);
  expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({ known: true, value: expected });
});

test("a bucket's encryption is read as S3 creates it", async () => {
  expect(await getBucketEncryption(aws.root().s3, await newBucket())).toEqual({
    known: true,
    value: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  });
});

test("a bucket's encryption is read after somebody deleted it", async () => {
  const ref = await newBucket(kms({ BucketKeyEnabled: true }));
  await aws.root().s3.send(new DeleteBucketEncryptionCommand({ Bucket: ref.bucket }));
  expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({
    known: true,
    value: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  });
});

// S3's possible responses for buckets from before 2026; the local AWS has only new ones.
test.each([
  [
    "no blocked types",
    "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>",
    { algorithm: "AES256", bucketKey: false, sseC: "not-stated" },
  ],
  [
    "only a bucket key",
    "<Rule><BucketKeyEnabled>true</BucketKeyEnabled></Rule>",
    { bucketKey: true, sseC: "not-stated" },
  ],
  ["no rule", "", { bucketKey: false, sseC: "not-stated" }],
])("the encryption of an old bucket is read: %s", async (_what, rule, expected) => {
  const s3 = answering(200, `<ServerSideEncryptionConfiguration>${rule}</ServerSideEncryptionConfiguration>`);
  expect(await getBucketEncryption(s3, refOf("old"))).toEqual({ known: true, value: expected });
});

test("the encryption of a bucket that does not exist is known to be none", async () => {
  expect(await getBucketEncryption(aws.root().s3, missing())).toEqual({ known: true, value: null });
});

test("the encryption of a bucket whose policy denies us is unknown, and a write is refused", async () => {
  const ref = await newBucket();
  const user = await aws.user([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
  await deny(aws.root().s3, ref, ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"]);
  const error = { name: "AccessDenied", message: expect.stringContaining("explicit deny") };
  expect(await getBucketEncryption(user.s3, ref)).toEqual({ known: false, error });
  const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
  expect(await putBucketEncryption(user.s3, ref, wanted, permit)).toEqual({ kind: "refused", error });
});

test("the encryption of another owner's bucket of the same name is unknown, and a write is refused", async () => {
  const ref = { ...(await newBucket()), account: "444455556666" };
  const { s3 } = aws.root();
  expect(await getBucketEncryption(s3, ref)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
  const wanted: WantedEncryption = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" };
  expect(await putBucketEncryption(s3, ref, wanted, permit)).toMatchObject({
    kind: "refused",
    error: { name: "AccessDenied" },
  });
  expect((await ruleOf(ref.bucket))?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
});

test.each(["throttle", "error500"] as const)(
  "a bucket's encryption is read and written again later, after a %s that does not end",
  async (kind) => {
    const ref = await newBucket();
    const { s3 } = aws.root();
    await withFaults(aws.endpoint, [{ kind, bucket: ref.bucket }], async () => {
      await expect(getBucketEncryption(s3, ref)).rejects.toThrow(RetryableError);
      const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
      await expect(putBucketEncryption(s3, ref, wanted, permit)).rejects.toThrow(RetryableError);
    });
  },
);

const wants: readonly (readonly [string, WantedEncryption, ServerSideEncryptionRule])[] = [
  [
    "SSE-KMS with a bucket key",
    { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" },
    kms({ BucketKeyEnabled: true, BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] } }),
  ],
  [
    "SSE-C left allowed",
    { algorithm: "aws:kms", key, bucketKey: false, sseC: "NONE" },
    kms({ BucketKeyEnabled: false, BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }),
  ],
  [
    "SSE-S3 without a key",
    { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
    },
  ],
  [
    "DSSE",
    { algorithm: "aws:kms:dsse", key, bucketKey: false, sseC: "SSE-C" },
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: key },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
    },
  ],
];

test.each(wants)(
  "a bucket's encryption is written, and read back as it was written: %s",
  async (_what, wanted, rule) => {
    const ref = await newBucket(kms({ BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }));
    expect(await putBucketEncryption(aws.root().s3, ref, wanted, permit)).toEqual({ kind: "written" });
    expect(await ruleOf(ref.bucket)).toEqual(rule);
    expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({ known: true, value: wanted });
  },
);

test("the encryption of a bucket that does not exist is not written", async () => {
  const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
  expect(await putBucketEncryption(aws.root().s3, missing(), wanted, permit)).toEqual({ kind: "gone" });
});

test("an encryption that S3 rejects is refused: a retry would not help", async () => {
  const ref = await newBucket();
  const wrong: WantedEncryption = { algorithm: "AES256", key, bucketKey: false, sseC: "SSE-C" };
  expect(await putBucketEncryption(aws.root().s3, ref, wrong, permit)).toMatchObject({
    kind: "refused",
    error: { name: expect.stringMatching(/^(InvalidArgument|MalformedXML)$/) },
  });
});

test("a bucket's encryption is written later if somebody else is writing it", async () => {
  const s3 = answering(409, "<Error><Code>OperationAborted</Code><Message>A conflicting operation</Message></Error>");
  const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
  await expect(putBucketEncryption(s3, refOf("busy"), wanted, permit)).rejects.toThrow(RetryableError);
});
