import { createHash, randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/conformance.ts";
import { control, onAws, refused } from "./s3-setting.ts";

// Captures aws-captures-s3.md 4; https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

const aws = conformance();
const md5 = `"${createHash("md5").update("x").digest("hex")}"`;

const write = (Bucket: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...more }));
const copy = (Bucket: string, more: Partial<CopyObjectCommandInput> = {}) =>
  aws.s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...more }));
const inPlace = (Bucket: string, more: Partial<CopyObjectCommandInput> = {}) => copy(Bucket, { Key: "a", ...more });
const head = (Bucket: string, Key = "b") =>
  aws.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
const rule = async (Bucket: string, ...Rules: object[]) => {
  const ServerSideEncryptionConfiguration = { Rules };
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
};
const versioned = async () => {
  const Bucket = await aws.bucket();
  const VersioningConfiguration = { Status: "Enabled" as const };
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return Bucket;
};

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

  test("of a KMS object without a word is legal and downgrades it silently", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { ServerSideEncryption: "aws:kms" });
    await inPlace(Bucket);
    expect(await head(Bucket, "a")).toMatchObject({ ServerSideEncryption: "AES256", ETag: md5 });
  });

  test("naming a version is legal", async () => {
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

describe("conditions on the destination (captures 4.2)", () => {
  const failed = [412, "PreconditionFailed"];

  test("If-Match: the current ETag passes, a wrong one is a 412, and nothing is overwritten", async () => {
    const Bucket = await aws.bucket();
    const { ETag } = await write(Bucket);
    const wrong = { IfMatch: `"${"0".repeat(32)}"`, StorageClass: "STANDARD_IA" as const };
    expect((await refused(inPlace(Bucket, wrong))).slice(0, 2)).toEqual(failed);
    expect((await head(Bucket, "a")).StorageClass).toBeUndefined();
    await inPlace(Bucket, { IfMatch: ETag ?? "", StorageClass: "STANDARD_IA" });
  });

  test("If-Match: 404 for a key that is absent or whose current version is a delete marker", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const { ETag } = await write(Bucket, { Key: "b" });
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
    for (const Key of ["b", "c"]) {
      const call = copy(Bucket, { Key, IfMatch: ETag ?? "" });
      expect((await refused(call)).slice(0, 2)).toEqual([404, "NoSuchKey"]);
    }
  });

  test("If-None-Match: * is a 412 where the key exists, also in place, and passes over a delete marker", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const call = inPlace(Bucket, { IfNoneMatch: "*", StorageClass: "STANDARD" });
    expect((await refused(call)).slice(0, 2)).toEqual(failed);
    await write(Bucket, { Key: "b" });
    expect((await refused(copy(Bucket, { IfNoneMatch: "*" }))).slice(0, 2)).toEqual(failed);
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
    await copy(Bucket, { IfNoneMatch: "*" });
  });

  test("PutObject knows If-Match too, also with an opaque ETag, and 501 for other forms", async () => {
    const Bucket = await aws.bucket();
    const { ETag = "" } = await write(Bucket, { ServerSideEncryption: "aws:kms" });
    expect((await refused(write(Bucket, { IfMatch: md5 }))).slice(0, 2)).toEqual(failed);
    await write(Bucket, { IfMatch: ETag });
    for (const more of [{ IfMatch: "*" }, { IfNoneMatch: md5 }, { IfMatch: md5, IfNoneMatch: "*" }])
      expect((await refused(write(Bucket, more))).slice(0, 2)).toEqual([501, "NotImplemented"]);
  });

  test("CompleteMultipartUpload with a wrong If-Match is a 412 and leaves the object and the upload", async () => {
    const Bucket = await aws.bucket();
    const { ETag } = await write(Bucket);
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
    const part = { Bucket, Key: "a", UploadId, PartNumber: 1, Body: "new" };
    const uploaded = await aws.s3.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: uploaded.ETag }] };
    const complete = (IfMatch: string) =>
      aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "a", UploadId, MultipartUpload, IfMatch }));
    expect((await refused(complete(`"${"0".repeat(32)}"`))).slice(0, 2)).toEqual(failed);
    expect((await head(Bucket, "a")).ETag).toBe(md5);
    await complete(ETag ?? "");
    expect((await head(Bucket, "a")).ContentLength).toBe(3);
  });
});

describe("the source (captures 4.2, 4.4)", () => {
  test.each<[string, () => Partial<CopyObjectCommandInput>]>([
    ["If-Match", () => ({ CopySourceIfMatch: `"${"0".repeat(32)}"` })],
    ["If-None-Match", () => ({ CopySourceIfNoneMatch: md5 })],
    ["If-Unmodified-Since", () => ({ CopySourceIfUnmodifiedSince: new Date(Date.now() - 3_600_000) })],
  ])("a condition that fails is a 412: %s", async (_, more) => {
    const Bucket = await aws.bucket();
    await write(Bucket);
    expect((await refused(copy(Bucket, more()))).slice(0, 2)).toEqual([412, "PreconditionFailed"]);
  });

  test.each(["GLACIER", "DEEP_ARCHIVE"] as const)("%s is a 403 InvalidObjectState, also in place", async (from) => {
    const Bucket = await aws.bucket();
    await write(Bucket, { StorageClass: from });
    for (const call of [copy(Bucket), inPlace(Bucket, { StorageClass: "STANDARD" })])
      expect((await refused(call)).slice(0, 2)).toEqual([403, "InvalidObjectState"]);
    const invalid = copy(Bucket, { StorageClass: "NO_CLASS" as "STANDARD" });
    expect((await refused(invalid)).slice(0, 2)).toEqual([400, "InvalidStorageClass"]);
  });

  test("a delete marker: 404 when current, 400 when named by its version", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const { VersionId } = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect((await refused(copy(Bucket))).slice(0, 2)).toEqual([404, "NoSuchKey"]);
    const named = copy(Bucket, { CopySource: `${Bucket}/a?versionId=${VersionId}` });
    expect((await refused(named)).slice(0, 2)).toEqual([400, "InvalidRequest"]);
  });

  test("SSE-C without its key or with a wrong one is a 400", async () => {
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
  });
});

describe("what a copy keeps and loses (captures 4.3)", () => {
  test("metadata, content type and tags stay; class and redirect are lost", async () => {
    const Bucket = await aws.bucket();
    const kept = { ContentType: "text/x", ContentLanguage: "de", Metadata: { a: "b" }, Tagging: "t=1" };
    await write(Bucket, { ...kept, StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/c" });
    await copy(Bucket);
    const after = await head(Bucket);
    expect(after).toMatchObject({ ContentType: "text/x", ContentLanguage: "de", Metadata: { a: "b" } });
    expect([after.StorageClass, after.WebsiteRedirectLocation]).toEqual([undefined, undefined]);
    const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "b" }));
    expect(TagSet).toEqual([{ Key: "t", Value: "1" }]);
    await copy(Bucket, { StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/d" });
    expect(await head(Bucket)).toMatchObject({ StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/d" });
  });

  test("REPLACE loses metadata and content type, and tags if told", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { ContentType: "text/x", Metadata: { a: "b" }, Tagging: "t=1" });
    await copy(Bucket, { MetadataDirective: "REPLACE", TaggingDirective: "REPLACE" });
    const after = await head(Bucket);
    expect([after.ContentType, after.Metadata]).toEqual(["binary/octet-stream", {}]);
    const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "b" }));
    expect(TagSet).toEqual([]);
  });

  test("the ACL becomes private", async () => {
    const Bucket = await aws.bucket();
    const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" as const }] };
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    await write(Bucket, { ACL: "authenticated-read" }).catch(() => write(Bucket, { ACL: "bucket-owner-read" }));
    await copy(Bucket);
    const { Grants } = await aws.s3.send(new GetObjectAclCommand({ Bucket, Key: "b" }));
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(["FULL_CONTROL"]);
  });

  test("a legal hold is not inherited", async () => {
    const Bucket = await aws.bucket("lock", { ObjectLockEnabledForBucket: true });
    const RetainUntil = new Date(Date.now() + 2_000);
    await write(Bucket, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: RetainUntil });
    await copy(Bucket);
    expect((await head(Bucket)).ObjectLockMode).toBeUndefined();
  });

  test("the checksum is kept, or computed anew with the algorithm asked for", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { ChecksumAlgorithm: "SHA1" });
    const before = await head(Bucket, "a");
    const answer = await copy(Bucket);
    expect(before.ChecksumSHA1).toBeDefined();
    expect(answer.CopyObjectResult?.ChecksumSHA1).toBe(before.ChecksumSHA1);
    expect((await head(Bucket)).ChecksumSHA1).toBe(before.ChecksumSHA1);
    await copy(Bucket, { ChecksumAlgorithm: "SHA256" });
    const after = await head(Bucket);
    const expected = createHash("sha256").update("x").digest("base64");
    expect([after.ChecksumSHA256, after.ChecksumSHA1]).toEqual([expected, undefined]);
  });

  test("a multipart object becomes one part, with a full-object checksum", async () => {
    const Bucket = await aws.bucket();
    const upload = { Bucket, Key: "a", ChecksumAlgorithm: "SHA256" as const };
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1, Body: "x" };
    const { ETag, ChecksumSHA256 } = await aws.s3.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] };
    await aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "a", UploadId, MultipartUpload }));
    const before = await head(Bucket, "a");
    expect([before.ETag?.endsWith('-1"'), before.ChecksumType]).toEqual([true, "COMPOSITE"]);
    await inPlace(Bucket, { StorageClass: "STANDARD" });
    const after = await head(Bucket, "a");
    const expected = createHash("sha256").update("x").digest("base64");
    expect([after.ETag, after.ChecksumSHA256, after.ChecksumType]).toEqual([md5, expected, "FULL_OBJECT"]);
  });
});

describe("permissions of a copy", () => {
  const user = async (...Action: string[]) => await aws.otherUser([{ Effect: "Allow", Action, Resource: "*" }]);
  const denied = [403, "AccessDenied"];

  test("kms:Decrypt for a KMS source, kms:GenerateDataKey for a KMS copy", async () => {
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

  test("a tagged source: s3:GetObjectTagging and s3:PutObjectTagging", async () => {
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
