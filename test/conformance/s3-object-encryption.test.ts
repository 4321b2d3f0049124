import { createHash, randomBytes } from "node:crypto";
import { CreateAliasCommand, DeleteAliasCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ServerSideEncryptionByDefault,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { refused } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 2.1 (response headers), 2.2 (ETags) and 2.5 (SSE-C);
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html

const aws = conformance();
const setting = { key: "", alias: "" };
const md5 = createHash("md5").update("x").digest("hex");

beforeAll(async () => {
  setting.key = await aws.key();
  setting.alias = `alias/${aws.prefix}`;
  await aws.kms.send(new CreateAliasCommand({ AliasName: setting.alias, TargetKeyId: setting.key }));
  aws.later(() => aws.kms.send(new DeleteAliasCommand({ AliasName: setting.alias })));
});

const write = (Bucket: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key: "a b/ü", Body: "x", ...more }));
const head = (Bucket: string) => aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a b/ü" }));
const get = (Bucket: string) => aws.s3.send(new GetObjectCommand({ Bucket, Key: "a b/ü" }));
const bucketWith = async (rule: ServerSideEncryptionByDefault, BucketKeyEnabled = false) => {
  const Bucket = await aws.bucket();
  const Rules = [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled }];
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  return Bucket;
};
const said = (answer: {
  ServerSideEncryption?: string | undefined;
  SSEKMSKeyId?: string | undefined;
  BucketKeyEnabled?: boolean | undefined;
}) => [answer.ServerSideEncryption, answer.SSEKMSKeyId, answer.BucketKeyEnabled];

describe("Put, Head and Get return the encryption (captures 2.1):", () => {
  const agrees = async (Bucket: string, expected: unknown[], more: Partial<PutObjectCommandInput> = {}) => {
    expect(said(await write(Bucket, more))).toEqual(expected);
    expect(said(await head(Bucket))).toEqual(expected);
    expect(said(await get(Bucket))).toEqual(expected);
  };

  test("AES256 where nothing was asked for and no default is set", async () => {
    await agrees(await aws.bucket(), ["AES256", undefined, undefined]);
  });

  test.each(["arn", "id", "alias", "alias ARN"])(
    "the key's ARN where the KMS default is named by its %s",
    async (form) => {
      const names: Record<string, string> = {
        arn: setting.key,
        id: setting.key.replace(/.*\//, ""),
        alias: setting.alias,
        "alias ARN": setting.key.replace(/key\/.*/, setting.alias),
      };
      const Bucket = await bucketWith({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: names[form] ?? "" }, true);
      await agrees(Bucket, ["aws:kms", setting.key, true]);
    },
  );

  test("no bucket-key header without a bucket key", async () => {
    const Bucket = await bucketWith({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: setting.key });
    await agrees(Bucket, ["aws:kms", setting.key, undefined]);
    await agrees(Bucket, ["aws:kms", setting.key, undefined], { BucketKeyEnabled: false });
  });

  test("that of the header rather than the default", async () => {
    const Bucket = await bucketWith({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: setting.key }, true);
    await agrees(Bucket, ["AES256", undefined, undefined], { ServerSideEncryption: "AES256" });
  });

  test("the account's aws/s3 key for aws:kms without a key, which inherits the bucket's bucket key", async () => {
    const first = await write(await aws.bucket(), { ServerSideEncryption: "aws:kms" });
    const managed = await aws.kms.send(new DescribeKeyCommand({ KeyId: first.SSEKMSKeyId ?? "" }));
    expect(managed.KeyMetadata).toMatchObject({ Arn: first.SSEKMSKeyId, KeyManager: "AWS", KeyState: "Enabled" });
    expect(first.BucketKeyEnabled).toBeUndefined();
    const Bucket = await bucketWith({ SSEAlgorithm: "aws:kms" }, true);
    await agrees(Bucket, ["aws:kms", first.SSEKMSKeyId, true], { ServerSideEncryption: "aws:kms" });
    await agrees(Bucket, ["aws:kms", first.SSEKMSKeyId, true]);
  });

  // Not captured: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingDSSEncryption.html
  test("aws:kms:dsse, by header and by default, never with a bucket key", async () => {
    const dsse = { ServerSideEncryption: "aws:kms:dsse" as const, SSEKMSKeyId: setting.key };
    await agrees(await aws.bucket(), ["aws:kms:dsse", setting.key, undefined], dsse);
    const Bucket = await bucketWith({ SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: setting.key });
    await agrees(Bucket, ["aws:kms:dsse", setting.key, undefined]);
  });

  test("the former one of existing objects after the default has changed", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }];
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    expect(said(await head(Bucket))).toEqual(["AES256", undefined, undefined]);
  });

  test("nothing but a 400 for a key id without aws:kms, and for an unknown algorithm", async () => {
    const Bucket = await aws.bucket();
    for (const more of [{ SSEKMSKeyId: setting.key }, { ServerSideEncryption: "aws:nothing" as "aws:kms" }]) {
      expect((await refused(write(Bucket, more))).slice(0, 2)).toEqual([400, "InvalidArgument"]);
    }
  });
});

describe("the ETag of an object (captures 2.2)", () => {
  test("is the MD5 with AES256", async () => {
    expect((await write(await aws.bucket())).ETag).toBe(`"${md5}"`);
  });

  test.each(["aws:kms", "aws:kms:dsse"] as const)("is opaque and new with every write under %s", async (algorithm) => {
    const Bucket = await aws.bucket();
    const more = { ServerSideEncryption: algorithm, SSEKMSKeyId: setting.key };
    const etags = [(await write(Bucket, more)).ETag, (await write(Bucket, more)).ETag];
    for (const etag of etags) expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(new Set([...etags, `"${md5}"`]).size).toBe(3);
    expect((await head(Bucket)).ETag).toBe(etags[1]);
  });
});

describe("SSE-C (captures 2.5)", () => {
  const customer = () => {
    const key = randomBytes(32);
    const SSECustomerKeyMD5 = createHash("md5").update(key).digest("base64");
    return { SSECustomerAlgorithm: "AES256", SSECustomerKey: key.toString("base64"), SSECustomerKeyMD5 };
  };
  const openBucket = async () => {
    const Bucket = await aws.bucket();
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    return Bucket;
  };

  test("returns a bare 400 to a HEAD without the key, and a bare 403 with a wrong one", async () => {
    const Bucket = await openBucket();
    const right = customer();
    await write(Bucket, right);
    expect((await refused(head(Bucket)))[0]).toBe(400);
    const ask = (key: object) => aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a b/ü", ...key }));
    expect((await refused(ask(customer())))[0]).toBe(403);
    const answer = await ask(right);
    expect(answer.ServerSideEncryption).toBeUndefined();
    expect(answer.SSECustomerAlgorithm).toBe("AES256");
  });

  test("makes the ETag opaque", async () => {
    const Bucket = await openBucket();
    const right = customer();
    const etags = [(await write(Bucket, right)).ETag, (await write(Bucket, right)).ETag];
    expect(new Set([...etags, `"${md5}"`]).size).toBe(3);
  });

  test("is refused with 400 beside another encryption in the same request", async () => {
    const call = write(await openBucket(), { ...customer(), ServerSideEncryption: "AES256" });
    const [status, code, message] = await refused(call);
    expect([status, code]).toEqual([400, "InvalidArgument"]);
    expect(message).toContain("incompatible with the encryption method specified");
  });

  test("keeps an object readable that was written before SSE-C was blocked", async () => {
    const Bucket = await openBucket();
    const right = customer();
    await write(Bucket, right);
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] } }];
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const answer = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "a b/ü", ...right }));
    expect(await answer.Body?.transformToString()).toBe("x");
  });
});
