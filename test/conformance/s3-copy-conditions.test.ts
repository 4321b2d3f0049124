import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { copying } from "./s3-copying.ts";
import { refused } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 4.2; https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html

const aws = conformance();
const { copy, head, inPlace, versioned, write } = copying(aws);
const md5 = `"${createHash("md5").update("x").digest("hex")}"`;

describe("a condition on the destination (captures 4.2):", () => {
  const failed = [412, "PreconditionFailed"];

  test("If-Match passes with the current ETag, and is a 412 that overwrites nothing with a wrong one", async () => {
    const Bucket = await aws.bucket();
    const { ETag } = await write(Bucket);
    const wrong = { IfMatch: `"${"0".repeat(32)}"`, StorageClass: "STANDARD_IA" as const };
    expect((await refused(inPlace(Bucket, wrong))).slice(0, 2)).toEqual(failed);
    expect((await head(Bucket, "a")).StorageClass).toBeUndefined();
    await inPlace(Bucket, { IfMatch: ETag ?? "", StorageClass: "STANDARD_IA" });
  });

  test("If-Match is a 404 for a key that is absent or whose current version is a delete marker", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const { ETag } = await write(Bucket, { Key: "b" });
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
    for (const Key of ["b", "c"]) {
      const call = copy(Bucket, { Key, IfMatch: ETag ?? "" });
      expect((await refused(call)).slice(0, 2)).toEqual([404, "NoSuchKey"]);
    }
  });

  test("If-None-Match with * is a 412 where the key exists, also in place, and passes over a delete marker", async () => {
    const Bucket = await versioned();
    await write(Bucket);
    const call = inPlace(Bucket, { IfNoneMatch: "*", StorageClass: "STANDARD" });
    expect((await refused(call)).slice(0, 2)).toEqual(failed);
    await write(Bucket, { Key: "b" });
    expect((await refused(copy(Bucket, { IfNoneMatch: "*" }))).slice(0, 2)).toEqual(failed);
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
    await copy(Bucket, { IfNoneMatch: "*" });
  });

  test("If-Match works for PutObject too, also with an opaque ETag, and is a 501 in other forms", async () => {
    const Bucket = await aws.bucket();
    const { ETag = "" } = await write(Bucket, { ServerSideEncryption: "aws:kms" });
    expect((await refused(write(Bucket, { IfMatch: md5 }))).slice(0, 2)).toEqual(failed);
    await write(Bucket, { IfMatch: ETag });
    for (const more of [{ IfMatch: "*" }, { IfNoneMatch: md5 }, { IfMatch: md5, IfNoneMatch: "*" }])
      expect((await refused(write(Bucket, more))).slice(0, 2)).toEqual([501, "NotImplemented"]);
  });

  test("If-Match that is wrong makes CompleteMultipartUpload a 412 that leaves object and upload", async () => {
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
