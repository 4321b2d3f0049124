import { createHash, createHmac } from "node:crypto";
import { HeadObjectCommand, PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/conformance.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; ETag: docs/aws-behaviour.md 2.2.

const aws = conformance();

const form = async (Bucket: string, more: Record<string, string>): Promise<FormData> => {
  const { accessKeyId, secretAccessKey, sessionToken } = await aws.s3.config.credentials();
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [date.slice(0, 8), aws.region, "s3", "aws4_request"];
  const fields: Record<string, string> = {
    key: "a",
    ...more,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": [accessKeyId, ...scope].join("/"),
    "x-amz-date": date,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const conditions = [{ bucket: Bucket }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const expiration = new Date(Date.now() + 600_000).toISOString();
  fields.policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  fields["x-amz-signature"] = hmac(key, fields.policy).toString("hex");
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", "x");
  return data;
};
const post = async (Bucket: string, body: FormData): Promise<Response> => {
  const where = await aws.s3.config.endpoint?.();
  const url = where ? `${where.protocol}//${where.hostname}:${where.port}` : "https://s3.us-east-1.amazonaws.com";
  return await fetch(`${url}/${Bucket}`, { method: "POST", body });
};

test("a form upload takes the bucket's default and answers the object's opaque ETag", async () => {
  const [Bucket, key] = [await aws.bucket(), await aws.key()];
  const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key };
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  const answer = await post(Bucket, await form(Bucket, { success_action_status: "201" }));
  expect([answer.status, answer.status === 201 ? "" : await answer.text()]).toEqual([201, ""]);
  const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
  expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(["aws:kms", key]);
  expect(head.ETag).not.toBe(`"${createHash("md5").update("x").digest("hex")}"`);
  expect(answer.headers.get("etag")).toBe(head.ETag);
  expect(await answer.text()).toContain((head.ETag ?? "").replaceAll('"', ""));
});
