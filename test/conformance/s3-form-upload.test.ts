import { createHash } from "node:crypto";
import { HeadObjectCommand, PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { formUpload } from "../support/local-aws/form-upload.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html; ETag: docs/aws-behaviour.md 2.2.

const aws = conformance();

test("a form upload takes the bucket's default and returns the object's opaque ETag", async () => {
  const [Bucket, key] = [await aws.bucket(), await aws.key()];
  const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key };
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  const answer = await formUpload(aws.s3, Bucket, { success_action_status: "201" });
  expect([answer.status, answer.status === 201 ? "" : await answer.text()]).toEqual([201, ""]);
  const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
  expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(["aws:kms", key]);
  expect(head.ETag).not.toBe(`"${createHash("md5").update("x").digest("hex")}"`);
  expect(answer.headers.get("etag")).toBe(head.ETag);
  expect(await answer.text()).toContain((head.ETag ?? "").replaceAll('"', ""));
});
