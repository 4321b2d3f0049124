import { createHash, randomBytes } from "node:crypto";
import { CopyObjectCommand, type CopyObjectCommandInput, DeleteObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { copying } from "./s3-copying.ts";
import { control, onAws, refused } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 4.2, 4.4; https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

const aws = conformance();
const { copy, head, inPlace, rule, versioned, write } = copying(aws);
const md5 = `"${createHash("md5").update("x").digest("hex")}"`;

describe("the source of a copy (captures 4.2, 4.4)", () => {
  test.each<[string, () => Partial<CopyObjectCommandInput>]>([
    ["If-Match", () => ({ CopySourceIfMatch: `"${"0".repeat(32)}"` })],
    ["If-None-Match", () => ({ CopySourceIfNoneMatch: md5 })],
    ["If-Unmodified-Since", () => ({ CopySourceIfUnmodifiedSince: new Date(Date.now() - 3_600_000) })],
  ])("that fails the condition %s is a 412", async (_, more) => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    expect((await refused(copy(Bucket, more()))).slice(0, 2)).toEqual([412, "PreconditionFailed"]);
  });

  test.each(["GLACIER", "DEEP_ARCHIVE"] as const)(
    "in storage class %s is a 403 InvalidObjectState, also in place",
    async (from) => {
      const Bucket = await aws.bucket();
      await write(Bucket, { StorageClass: from });
      for (const call of [copy(Bucket), inPlace(Bucket, { StorageClass: "STANDARD" })])
        expect((await refused(call)).slice(0, 2)).toEqual([403, "InvalidObjectState"]);
      const invalid = copy(Bucket, { StorageClass: "NO_CLASS" as "STANDARD" });
      expect((await refused(invalid)).slice(0, 2)).toEqual([400, "InvalidStorageClass"]);
    },
  );

  test("that is a delete marker is a 404 when current, and a 400 when named by its version", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const { VersionId } = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect((await refused(copy(Bucket))).slice(0, 2)).toEqual([404, "NoSuchKey"]);
    const named = copy(Bucket, { CopySource: `${Bucket}/a?versionId=${VersionId}` });
    expect((await refused(named)).slice(0, 2)).toEqual([400, "InvalidRequest"]);
  });

  test("under SSE-C is a 400 without its key or with a wrong one", async () => {
    const Bucket = await aws.bucket();
    await rule(Bucket, { BlockedEncryptionTypes: { EncryptionType: ["NONE"] } });
    const customer = () => {
      const key = randomBytes(32);
      return [key.toString("base64"), createHash("md5").update(key).digest("base64")] as const;
    };
    const [key, keyMd5] = customer();
    await write(Bucket, { SSECustomerAlgorithm: "AES256", SSECustomerKey: key, SSECustomerKeyMD5: keyMd5 });
    const from = ([CopySourceSSECustomerKey, CopySourceSSECustomerKeyMD5]: readonly [string, string]) =>
      copy(Bucket, { CopySourceSSECustomerAlgorithm: "AES256", CopySourceSSECustomerKey, CopySourceSSECustomerKeyMD5 });
    for (const call of [copy(Bucket), from(customer())])
      expect((await refused(call)).slice(0, 2)).toEqual([400, "InvalidRequest"]);
    await from([key, keyMd5]);
    expect((await head(Bucket)).ETag).toBe(md5);
  });

  test.skipIf(onAws)("more than 5 GiB is refused", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    await control(aws, `size?bucket=${Bucket}&key=a&bytes=${5 * 1024 ** 3 + 1}`);
    expect((await head(Bucket, "a")).ContentLength).toBe(5 * 1024 ** 3 + 1);
    const [status, code, message] = await refused(copy(Bucket));
    expect([status, code]).toEqual([400, "InvalidRequest"]);
    expect(message).toContain("larger than the maximum allowable size for a copy source: 5368709120");
    await control(aws, `size?bucket=${Bucket}&key=a&bytes=1`);
    await copy(Bucket);
    await control(aws, `copy-limit?bucket=${Bucket}&bytes=0`);
    expect((await refused(copy(Bucket)))[2]).toContain("allowable size for a copy source: 0");
  });
});

describe("a copy needs", () => {
  const user = async (...Action: string[]) => await aws.otherUser([{ Effect: "Allow", Action, Resource: "*" }]);
  const denied = [403, "AccessDenied"];

  test("kms:Decrypt for a KMS source, and kms:GenerateDataKey for a KMS copy", async () => {
    const [Bucket, SSEKMSKeyId] = [await aws.bucket(), await aws.key()];
    await write(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId });
    const call = { Bucket, Key: "b", CopySource: `${Bucket}/a`, ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId };
    const objects = ["s3:GetObject", "s3:PutObject"];
    for (const one of ["kms:Decrypt", "kms:GenerateDataKey"]) {
      const { s3 } = await user(...objects, one);
      expect((await refused(s3.send(new CopyObjectCommand(call)))).slice(0, 2)).toEqual(denied);
    }
    const { s3 } = await user(...objects, "kms:Decrypt", "kms:GenerateDataKey");
    await s3.send(new CopyObjectCommand(call));
  });

  test("s3:GetObjectTagging and s3:PutObjectTagging for a tagged source", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { Tagging: "a=b" });
    const call = { Bucket, Key: "b", CopySource: `${Bucket}/a` };
    const objects = ["s3:GetObject", "s3:PutObject"];
    for (const one of ["s3:GetObjectTagging", "s3:PutObjectTagging"]) {
      const { s3 } = await user(...objects, one);
      expect((await refused(s3.send(new CopyObjectCommand(call)))).slice(0, 2)).toEqual(denied);
    }
    const { s3 } = await user(...objects, "s3:GetObjectTagging", "s3:PutObjectTagging");
    await s3.send(new CopyObjectCommand(call));
  });
});
