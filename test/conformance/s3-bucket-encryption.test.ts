import { createHash, randomBytes } from "node:crypto";
import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { control, onAws, refused } from "./s3-setting.ts";

// Captures of September 2026: docs/aws-behaviour.md 1.1 (defaults and reads), 1.2 (full
// replacement), 1.3 (refusals).
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html

const aws = conformance();

const aes = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } } as const;
const blocks = (...types: string[]) => ({
  BlockedEncryptionTypes: { EncryptionType: types as ("NONE" | "SSE-C")[] },
});
const kmsRule = (KMSMasterKeyID?: string) => ({
  ApplyServerSideEncryptionByDefault: {
    SSEAlgorithm: "aws:kms" as const,
    ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }),
  },
});
const put = (Bucket: string, ...Rules: ServerSideEncryptionRule[]) =>
  aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
const read = async (Bucket: string) => {
  const answer = await aws.s3.send(new GetBucketEncryptionCommand({ Bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules;
};
const fresh = [{ ...aes, BucketKeyEnabled: false, ...blocks("SSE-C") }];

describe("the default encryption of a bucket (captures 1.1):", () => {
  test("a fresh bucket is AES256, has no bucket key and blocks SSE-C", async () => {
    expect(await read(await aws.bucket())).toEqual(fresh);
  });

  test("its deletion returns 204, twice, and leaves the state of a fresh bucket", async () => {
    const Bucket = await aws.bucket();
    await put(Bucket, { ...kmsRule(), ...blocks("NONE") });
    for (const _ of [1, 2]) {
      const answer = await aws.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
      expect(answer.$metadata.httpStatusCode).toBe(204);
    }
    expect(await read(Bucket)).toEqual(fresh);
  });

  test.each([
    "alias/nobody-has-this",
    "11111111-2222-4333-8444-555555555555",
    "arn:aws:kms:us-east-1:111122223333:key/x",
  ])("a key is stored as written and never looked up: %s", async (key) => {
    const Bucket = await aws.bucket();
    await put(Bucket, kmsRule(key));
    expect((await read(Bucket))?.[0]).toMatchObject(kmsRule(key));
  });

  test("aws:kms without a key reads back without a key", async () => {
    const Bucket = await aws.bucket();
    await put(Bucket, kmsRule());
    expect((await read(Bucket))?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: "aws:kms" });
  });
});

describe("PutBucketEncryption replaces the whole rule (captures 1.2):", () => {
  test.each<[string, ServerSideEncryptionRule, ServerSideEncryptionRule, object]>([
    ["NONE stays NONE", aes, { ...aes, ...blocks("NONE") }, { ...aes, BucketKeyEnabled: false, ...blocks("NONE") }],
    ["omitted after NONE is SSE-C again", { ...aes, ...blocks("NONE") }, aes, fresh[0] ?? {}],
    ["omitted with aws:kms is SSE-C again", { ...kmsRule(), ...blocks("NONE") }, kmsRule(), blocks("SSE-C")],
    [
      "only blocked types: the KMS default is gone",
      kmsRule(),
      blocks("NONE"),
      { ...aes, BucketKeyEnabled: false, ...blocks("NONE") },
    ],
    ["an empty rule is AES256", kmsRule(), {}, fresh[0] ?? {}],
    ["a bucket key is kept, also with AES256", aes, { ...aes, BucketKeyEnabled: true }, { BucketKeyEnabled: true }],
    [
      "DSSE is accepted",
      aes,
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse" } },
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse" } },
    ],
  ])("%s", async (_, first, then, expected) => {
    const Bucket = await aws.bucket();
    await put(Bucket, first);
    await put(Bucket, then);
    expect((await read(Bucket))?.[0]).toMatchObject(expected);
  });
});

describe("PutBucketEncryption keeps the former rule and refuses (captures 1.2, 1.3)", () => {
  test.each<[string, ServerSideEncryptionRule[], string]>([
    ["empty blocked types", [{ ...aes, ...blocks() }], "InvalidArgument"],
    ["NONE twice", [{ ...aes, ...blocks("NONE", "NONE") }], "InvalidArgument"],
    ["SSE-C twice", [{ ...aes, ...blocks("SSE-C", "SSE-C") }], "InvalidArgument"],
    ["NONE and SSE-C", [{ ...aes, ...blocks("NONE", "SSE-C") }], "InvalidArgument"],
    ["AES256 as a blocked type", [{ ...aes, ...blocks("AES256") }], "MalformedXML"],
    ["an unknown blocked type", [{ ...aes, ...blocks("UNKNOWN") }], "MalformedXML"],
    [
      "AES256 with a key",
      [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: "alias/x" } }],
      "InvalidArgument",
    ],
    ["no rule", [], "MalformedXML"],
    ["two rules", [aes, aes], "MalformedXML"],
  ])("%s", async (_, rules, code) => {
    const Bucket = await aws.bucket();
    await put(Bucket, { ...kmsRule("alias/before"), ...blocks("NONE") });
    const [status, name] = await refused(put(Bucket, ...rules));
    expect([status, name]).toEqual([400, code]);
    expect((await read(Bucket))?.[0]).toMatchObject({ ...kmsRule("alias/before"), ...blocks("NONE") });
  });

  test("a bucket that does not exist", async () => {
    const [status, name] = await refused(put("bucketseal-nobody-has-this-bucket", aes));
    expect([status, name]).toEqual([404, "NoSuchBucket"]);
  });
});

describe("a bucket that blocks SSE-C (captures 2.5)", () => {
  const key = randomBytes(32);
  const withKey = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
  const write = (Bucket: string) => aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...withKey }));

  test("refuses a write with 403 and a text that no policy's refusal has", async () => {
    const Bucket = await aws.bucket();
    const [status, name, message] = await refused(write(Bucket));
    expect([status, name]).toEqual([403, "AccessDenied"]);
    expect(message).toContain(`not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${Bucket}/a"`);
    expect(message).toContain("because this bucket has blocked upload requests that specify Server Side Encryption");
  });

  test("takes the write once the block is NONE", async () => {
    const Bucket = await aws.bucket();
    await put(Bucket, { ...aes, ...blocks("NONE") });
    await write(Bucket);
  });

  test.skipIf(onAws)("a bucket of before 2026 states nothing and lets it through", async () => {
    const old = await aws.bucket();
    await control(aws, `not-stated?bucket=${old}`);
    expect((await read(old))?.[0]).toEqual({ ...aes, BucketKeyEnabled: false });
    await write(old);
  });

  test("judges a malformed key first", async () => {
    const Bucket = await aws.bucket();
    const wrong = { ...withKey, SSECustomerAlgorithm: "AES128" };
    const [status, name] = await refused(aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...wrong })));
    expect([status, name]).toEqual([400, "InvalidEncryptionAlgorithmError"]);
  });
});
