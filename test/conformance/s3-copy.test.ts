import { createHash } from "node:crypto";
import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { copying } from "./s3-copying.ts";
import { refused } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 4.1, 4.3; https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

const aws = conformance();
const { copy, head, inPlace, rule, versioned, write } = copying(aws);
const md5 = `"${createHash("md5").update("x").digest("hex")}"`;

describe("a copy onto itself (captures 4.1)", () => {
  test.each<[string, Partial<CopyObjectCommandInput>]>([
    ["nothing", {}],
    ["only metadata without REPLACE", { Metadata: { a: "b" } }],
    ["only tags", { TaggingDirective: "REPLACE", Tagging: "a=b" }],
    ["only a checksum algorithm", { ChecksumAlgorithm: "SHA256" }],
  ])("with %s is illegal", async (_, more) => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    const [status, code, message] = await refused(inPlace(Bucket, more));
    expect([status, code]).toEqual([400, "InvalidRequest"]);
    expect(message).toContain("trying to copy an object to itself without changing the object's metadata");
  });

  test.each<[string, Partial<CopyObjectCommandInput>]>([
    ["the same encryption, said explicitly", { ServerSideEncryption: "AES256" }],
    ["the same storage class, said explicitly", { StorageClass: "STANDARD" }],
    ["REPLACE", { MetadataDirective: "REPLACE" }],
    ["a website redirect", { WebsiteRedirectLocation: "/c" }],
  ])("with %s is legal", async (_, more) => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    await inPlace(Bucket, more);
  });

  test("in a bucket that was given a rule, even the default one, is legal", async () => {
    const Bucket = await aws.bucket();
    await rule(Bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } });
    await write(Bucket);
    await inPlace(Bucket);
  });

  test("of a KMS object without any encryption header is legal and downgrades it silently", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { ServerSideEncryption: "aws:kms" });
    await inPlace(Bucket);
    expect(await head(Bucket, "a")).toMatchObject({ ServerSideEncryption: "AES256", ETag: md5 });
  });

  test("that names a version is legal", async () => {
    const Bucket = await versioned();
    const { VersionId } = await write(Bucket);
    const answer = await inPlace(Bucket, { CopySource: `${Bucket}/a?versionId=${VersionId}` });
    expect(answer.CopySourceVersionId).toBe(VersionId);
    expect(answer.VersionId).not.toBe(VersionId);
  });
});

describe("the encryption of a copy (captures 4.3)", () => {
  test("is never the source's", async () => {
    const [Bucket, SSEKMSKeyId] = [await aws.bucket(), await aws.key()];
    await write(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId, BucketKeyEnabled: true });
    const answer = await copy(Bucket);
    expect([answer.ServerSideEncryption, answer.SSEKMSKeyId]).toEqual(["AES256", undefined]);
    expect(await head(Bucket)).toMatchObject({ ServerSideEncryption: "AES256", ETag: md5 });
  });

  test("comes from the request or the bucket's default, with an ETag that is no MD5", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket);
    const answer = await copy(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, BucketKeyEnabled: true });
    expect([answer.SSEKMSKeyId, answer.BucketKeyEnabled]).toEqual([key, true]);
    const after = await head(Bucket);
    expect(after.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(after.ETag).not.toBe(md5);
    expect(after.ETag).toBe(answer.CopyObjectResult?.ETag);
    await rule(Bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key } });
    expect((await copy(Bucket)).SSEKMSKeyId).toBe(key);
    expect((await copy(Bucket, { ServerSideEncryption: "aws:kms" })).SSEKMSKeyId).not.toBe(key);
  });
});
