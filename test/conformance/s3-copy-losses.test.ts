import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  PutBucketOwnershipControlsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { copying } from "./s3-copying.ts";

// Captures docs/aws-behaviour.md 4.3; https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

const aws = conformance();
const { copy, head, inPlace, write } = copying(aws);
const md5 = `"${createHash("md5").update("x").digest("hex")}"`;

describe("a copy (captures 4.3)", () => {
  test("keeps metadata, content type and tags, and loses class and redirect", async () => {
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

  test("with REPLACE loses metadata and content type, and tags where their directive says so", async () => {
    const Bucket = await aws.bucket();
    await write(Bucket, { ContentType: "text/x", Metadata: { a: "b" }, Tagging: "t=1" });
    await copy(Bucket, { MetadataDirective: "REPLACE", TaggingDirective: "REPLACE" });
    const after = await head(Bucket);
    expect([after.ContentType, after.Metadata]).toEqual(["binary/octet-stream", {}]);
    const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "b" }));
    expect(TagSet).toEqual([]);
  });

  test("makes the ACL private", async () => {
    const Bucket = await aws.bucket();
    const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" as const }] };
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    await write(Bucket, { ACL: "authenticated-read" }).catch(() => write(Bucket, { ACL: "bucket-owner-read" }));
    await copy(Bucket);
    const { Grants } = await aws.s3.send(new GetObjectAclCommand({ Bucket, Key: "b" }));
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(["FULL_CONTROL"]);
  });

  test("does not inherit a legal hold", async () => {
    const Bucket = await aws.bucket("lock", { ObjectLockEnabledForBucket: true });
    const RetainUntil = new Date(Date.now() + 2_000);
    await write(Bucket, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: RetainUntil });
    await copy(Bucket);
    expect((await head(Bucket)).ObjectLockMode).toBeUndefined();
  });

  test("keeps the checksum, or computes it anew with the algorithm asked for", async () => {
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

  test("makes a multipart object one part, with a full-object checksum", async () => {
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
