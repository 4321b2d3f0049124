import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { control, disableForS3, onAws, refused } from "./s3-setting.ts";

// Documentation, not evidence (docs/aws-behaviour.md 3: nothing captured anywhere):
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html

const aws = conformance();
const body = "the bytes of the object";

const update = (
  Bucket: string,
  KMSKeyArn: string,
  { VersionId, BucketKeyEnabled = true }: Partial<{ VersionId: string; BucketKeyEnabled: boolean }> = {},
) => {
  const ObjectEncryption = { SSEKMS: { KMSKeyArn, BucketKeyEnabled } };
  const version = VersionId === undefined ? {} : { VersionId };
  return aws.s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: "a", ObjectEncryption, ...version }));
};
const write = (Bucket: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: body, ...more }));
const head = (Bucket: string, VersionId?: string) =>
  aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED", ...(VersionId && { VersionId }) }));
const versioned = async () => {
  const Bucket = await aws.bucket();
  const VersioningConfiguration = { Status: "Enabled" as const };
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return Bucket;
};

describe("UpdateObjectEncryption changes", () => {
  test.each<[string, Partial<PutObjectCommandInput>]>([
    ["an SSE-S3 object", {}],
    ["an object under the aws/s3 key", { ServerSideEncryption: "aws:kms" }],
    ["an archived object", { StorageClass: "DEEP_ARCHIVE" }],
  ])("key and bucket key of %s, and nothing else", async (_, more) => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket, { Metadata: { a: "b" }, ContentType: "text/plain", ...more });
    const before = await head(Bucket);
    await sleep(1_100);
    await update(Bucket, key);
    const after = await head(Bucket);
    expect([after.ServerSideEncryption, after.SSEKMSKeyId, after.BucketKeyEnabled]).toEqual(["aws:kms", key, true]);
    for (const name of ["ETag", "LastModified", "ContentLength", "ContentType", "Metadata", "StorageClass"] as const)
      expect(after[name]).toEqual(before[name]);
    expect(after.ChecksumCRC32).toBe(before.ChecksumCRC32);
    if (more.StorageClass !== undefined) return;
    const read = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await read.Body?.transformToString()).toBe(body);
  });

  test("a key for another one, and turns the bucket key off", async () => {
    const [Bucket, first, second] = [await aws.bucket(), await aws.key(), await aws.key()];
    await write(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: first, BucketKeyEnabled: true });
    await update(Bucket, second, { BucketKeyEnabled: false });
    const after = await head(Bucket);
    expect([after.SSEKMSKeyId, after.BucketKeyEnabled]).toEqual([second, undefined]);
  });

  test("a named version and not the current one, and makes no new version", async () => {
    const [Bucket, key] = [await versioned(), await aws.key()];
    const { VersionId = "" } = await write(Bucket);
    await write(Bucket);
    await update(Bucket, key, { VersionId });
    expect((await head(Bucket, VersionId)).SSEKMSKeyId).toBe(key);
    expect((await head(Bucket)).ServerSideEncryption).toBe("AES256");
    await update(Bucket, key);
    expect((await head(Bucket)).SSEKMSKeyId).toBe(key);
    const { Versions } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.length).toBe(2);
  });

  test("an object from before versioning as the version null", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket);
    const VersioningConfiguration = { Status: "Enabled" as const };
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await write(Bucket);
    await update(Bucket, key, { VersionId: "null" });
    expect((await head(Bucket, "null")).SSEKMSKeyId).toBe(key);
    expect((await head(Bucket)).ServerSideEncryption).toBe("AES256");
  });
});

describe("UpdateObjectEncryption leaves the object as it was and refuses", () => {
  const stays = async (Bucket: string, expected: unknown[], call: Promise<unknown>) => {
    expect((await refused(call)).slice(0, 2)).toEqual(expected);
    const read = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await read.Body?.transformToString()).toBe(body);
    return read;
  };

  test.each<[string, () => string]>([
    ["a key id", () => randomUUID()],
    ["an alias", () => "alias/something-long-enough"],
    ["an alias ARN", () => `arn:aws:kms:us-east-1:${aws.account}:alias/something`],
  ])("%s instead of a key ARN, with InvalidRequest", async (_, key) => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    const read = await stays(Bucket, [400, "InvalidRequest"], update(Bucket, key()));
    expect(read.ServerSideEncryption).toBe("AES256");
  });

  test("a key of another account, with AccessDenied", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    const foreign = `arn:aws:kms:us-east-1:999988887777:key/${randomUUID()}`;
    await stays(Bucket, [403, "AccessDenied"], update(Bucket, foreign));
  });

  test("a DSSE source, with InvalidRequest", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket, { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: key });
    const read = await stays(Bucket, [400, "InvalidRequest"], update(Bucket, key));
    expect(read.ServerSideEncryption).toBe("aws:kms:dsse");
  });

  test("an SSE-C source, with InvalidRequest", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } }];
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const raw = randomBytes(32);
    const SSECustomerKeyMD5 = createHash("md5").update(raw).digest("base64");
    await write(Bucket, { SSECustomerAlgorithm: "AES256", SSECustomerKey: raw.toString("base64"), SSECustomerKeyMD5 });
    expect((await refused(update(Bucket, key))).slice(0, 2)).toEqual([400, "InvalidRequest"]);
  });

  test("an object under a legal hold or retention, with AccessDenied", async () => {
    const Bucket = await aws.bucket("lock", { ObjectLockEnabledForBucket: true });
    const key = await aws.key();
    const { VersionId = "" } = await write(Bucket);
    const hold = (Status: "ON" | "OFF") =>
      aws.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: "a", VersionId, LegalHold: { Status } }));
    await hold("ON");
    await stays(Bucket, [403, "AccessDenied"], update(Bucket, key));
    await hold("OFF");
    await update(Bucket, key);
    const RetainUntilDate = new Date(Date.now() + 3_000);
    const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate };
    await aws.s3.send(new PutObjectRetentionCommand({ Bucket, Key: "a", VersionId, Retention }));
    await stays(Bucket, [403, "AccessDenied"], update(Bucket, key, { BucketKeyEnabled: false }));
  });

  test("a disabled key, be it the new one or the source's", async () => {
    const [Bucket, off, on] = [await aws.bucket(), await aws.key(), await aws.key()];
    await write(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: off });
    await disableForS3(aws, Bucket, off);
    expect((await refused(update(Bucket, on)))[1]).toBe("KMS.DisabledException");
    await write(Bucket);
    await stays(Bucket, [400, "KMS.DisabledException"], update(Bucket, off));
  });

  test("a bucket, key or version that does not exist", async () => {
    const [Bucket, key] = [await versioned(), await aws.key()];
    expect((await refused(update(Bucket, key))).slice(0, 2)).toEqual([404, "NoSuchKey"]);
    const { VersionId = "" } = await write(Bucket);
    const unknown = update(Bucket, key, { VersionId: VersionId.split("").reverse().join("") });
    expect((await refused(unknown)).slice(0, 2)).toEqual([404, "NoSuchVersion"]);
    const marker = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect((await refused(update(Bucket, key)))[0]).toBe(404);
    expect((await refused(update(Bucket, key, { VersionId: marker.VersionId ?? "" })))[0]).toBe(405);
    await update(Bucket, key, { VersionId });
  });

  test("a wrong expected owner", async () => {
    const [Bucket, KMSKeyArn] = [await aws.bucket(), await aws.key()];
    await write(Bucket);
    const call = aws.s3.send(
      new UpdateObjectEncryptionCommand({
        Bucket,
        Key: "a",
        ObjectEncryption: { SSEKMS: { KMSKeyArn } },
        ExpectedBucketOwner: "999988887777",
      }),
    );
    await stays(Bucket, [403, "AccessDenied"], call);
  });
});

describe.skipIf(onAws)("a store that is made to damage what it updates", () => {
  test("replaces the bytes of the very same object, in that bucket and until it is switched off", async () => {
    const [key, kept] = [await aws.key(), await aws.bucket()];
    for (const Bucket of [await aws.bucket(), await versioned()]) {
      const { VersionId } = await write(Bucket);
      const before = await head(Bucket);
      await control(aws, `damages?bucket=${Bucket}`);
      await update(Bucket, key);
      const after = await head(Bucket, VersionId);
      expect([after.VersionId, after.LastModified]).toEqual([before.VersionId, before.LastModified]);
      expect(after.ETag).not.toBe(before.ETag);
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
      expect(await Body?.transformToString()).toContain("SSE-KMS");
      await control(aws, `damages?bucket=${Bucket}&not=1`);
      await write(Bucket);
      const repaired = await head(Bucket);
      await update(Bucket, key);
      expect((await head(Bucket)).ETag).toBe(repaired.ETag);
    }
    await write(kept);
    await update(kept, key);
    expect((await head(kept)).ContentLength).toBe(body.length);
  });
});
