import { randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { getBucketEncryption, putBucketEncryption } from "#aws/s3/bucket-encryption";
import { getBucketTags } from "#aws/s3/bucket-tags";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { BucketRef } from "#core/names";
import { answering } from "../../support/core/answering.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223333";
const key = `arn:aws:kms:us-east-1:${account}:key/11111111-2222-4333-8444-555555555555`;

function refOf(bucket: string): BucketRef {
  return { partition: "aws", account, region: "us-east-1", bucket };
}

async function newBucket(rule?: ServerSideEncryptionRule): Promise<BucketRef> {
  const Bucket = `aws-${randomUUID()}`;
  const { s3 } = aws.root();
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (rule !== undefined) await put(Bucket, rule);
  return refOf(Bucket);
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

describe("a bucket's encryption is read", () => {
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

  test.each(shapes)("%s", async (_what, rule, expected) => {
    const ref = await newBucket(rule);
    expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({ known: true, value: expected });
  });

  test("as S3 makes it", async () => {
    expect(await getBucketEncryption(aws.root().s3, await newBucket())).toEqual({
      known: true,
      value: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    });
  });

  test("after somebody took it away", async () => {
    const ref = await newBucket(kms({ BucketKeyEnabled: true }));
    await aws.root().s3.send(new DeleteBucketEncryptionCommand({ Bucket: ref.bucket }));
    expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({
      known: true,
      value: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    });
  });

  // Buckets from before 2026 may answer so; the local AWS has only new ones.
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
  ])("%s", async (_what, rule, expected) => {
    const s3 = answering(200, `<ServerSideEncryptionConfiguration>${rule}</ServerSideEncryptionConfiguration>`);
    expect(await getBucketEncryption(s3, refOf("old"))).toEqual({ known: true, value: expected });
  });
});

describe("a bucket that cannot be read is", () => {
  test("gone, if it is", async () => {
    expect(await getBucketEncryption(aws.root().s3, refOf(`never-${randomUUID()}`))).toEqual({
      known: true,
      value: null,
    });
  });

  test("unknown, if its policy denies us", async () => {
    const ref = await newBucket();
    const user = await aws.user([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    await aws.root().s3.send(
      new PutBucketPolicyCommand({
        Bucket: ref.bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: ["s3:GetEncryptionConfiguration", "s3:GetBucketTagging", "s3:PutEncryptionConfiguration"],
              Resource: `arn:aws:s3:::${ref.bucket}`,
            },
          ],
        }),
      }),
    );
    const denied = { known: false, error: { name: "AccessDenied", message: expect.stringContaining("explicit deny") } };
    expect(await getBucketEncryption(user.s3, ref)).toEqual(denied);
    expect(await getBucketTags(user.s3, ref)).toEqual(denied);
    expect(await putBucketEncryption(user.s3, ref, { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" })).toEqual({
      kind: "refused",
      error: denied.error,
    });
  });

  test("unknown, if it belongs to somebody else: the same name, another owner", async () => {
    const ref = { ...(await newBucket()), account: "444455556666" };
    const { s3 } = aws.root();
    expect(await getBucketEncryption(s3, ref)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
    expect(await getBucketTags(s3, ref)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
    const wanted: WantedEncryption = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" };
    expect(await putBucketEncryption(s3, ref, wanted)).toMatchObject({
      kind: "refused",
      error: { name: "AccessDenied" },
    });
    expect((await ruleOf(ref.bucket))?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
  });

  test.each(["throttle", "error500"] as const)("asked for again, after a %s that does not end", async (kind) => {
    const ref = await newBucket();
    const { s3 } = aws.root();
    await withFaults(aws.endpoint, [{ kind, bucket: ref.bucket }], async () => {
      await expect(getBucketEncryption(s3, ref)).rejects.toThrow(RetryableError);
      await expect(getBucketTags(s3, ref)).rejects.toThrow(RetryableError);
      const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
      await expect(putBucketEncryption(s3, ref, wanted)).rejects.toThrow(RetryableError);
    });
  });
});

describe("a bucket's encryption is written", () => {
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

  test.each(wants)("%s, and read back as it was written", async (_what, wanted, rule) => {
    const ref = await newBucket(kms({ BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }));
    expect(await putBucketEncryption(aws.root().s3, ref, wanted)).toEqual({ kind: "written" });
    expect(await ruleOf(ref.bucket)).toEqual(rule);
    expect(await getBucketEncryption(aws.root().s3, ref)).toEqual({ known: true, value: wanted });
  });

  test("unless it is gone", async () => {
    const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
    expect(await putBucketEncryption(aws.root().s3, refOf(`never-${randomUUID()}`), wanted)).toEqual({ kind: "gone" });
  });

  test("unless S3 finds it wrong, which trying again would not mend", async () => {
    const ref = await newBucket();
    const wrong: WantedEncryption = { algorithm: "AES256", key, bucketKey: false, sseC: "SSE-C" };
    expect(await putBucketEncryption(aws.root().s3, ref, wrong)).toMatchObject({
      kind: "refused",
      error: { name: expect.stringMatching(/^(InvalidArgument|MalformedXML)$/) },
    });
  });

  test("later, if somebody else is writing the same bucket", async () => {
    const s3 = answering(409, "<Error><Code>OperationAborted</Code><Message>A conflicting operation</Message></Error>");
    const wanted: WantedEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
    await expect(putBucketEncryption(s3, refOf("busy"), wanted)).rejects.toThrow(RetryableError);
  });
});

describe("a bucket's tags are", () => {
  test("none, if nobody put any", async () => {
    expect(await getBucketTags(aws.root().s3, await newBucket())).toEqual({ known: true, value: {} });
  });

  test("what was put, with keys and values as they are", async () => {
    const ref = await newBucket();
    const TagSet = [
      { Key: "team", Value: "a b" },
      { Key: "__proto__", Value: "x" },
      { Key: "ü/ñ", Value: "" },
    ];
    await aws.root().s3.send(new PutBucketTaggingCommand({ Bucket: ref.bucket, Tagging: { TagSet } }));
    const tags = await getBucketTags(aws.root().s3, ref);
    expect(tags.known && Object.entries(tags.value)).toEqual([
      ["team", "a b"],
      ["__proto__", "x"],
      ["ü/ñ", ""],
    ]);
  });

  test("none, if the bucket is gone", async () => {
    expect(await getBucketTags(aws.root().s3, refOf(`never-${randomUUID()}`))).toEqual({ known: true, value: {} });
  });
});
