import { GetBucketEncryptionCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Clients, clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html; botocore's region redirector
// takes a 301 and a 400 of a HEAD for it.

const aws = conformance();
let Bucket = "";
let elsewhere: Clients;

beforeAll(async () => {
  Bucket = await aws.bucket();
  await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  const credentials = aws.real ? undefined : await aws.s3.config.credentials();
  elsewhere = clients({ endpoint: aws.endpoint, region: "eu-west-1", credentials });
}, 180_000);

async function answer(call: Promise<unknown>): Promise<{ status: number; region: string | undefined }> {
  const error = (await call.then(
    () => new Error("the call was answered"),
    (error: unknown) => error,
  )) as { $metadata?: { httpStatusCode: number }; $response?: { headers: Record<string, string> } };
  return {
    status: error.$metadata?.httpStatusCode ?? 0,
    region: error.$response?.headers["x-amz-bucket-region"],
  };
}

describe("a bucket of another Region", () => {
  test("gives the HEAD of an object a bare 400", async () => {
    const { status, region } = await answer(elsewhere.s3.send(new HeadObjectCommand({ Bucket, Key: "a" })));
    if (aws.real) expect([301, 400]).toContain(status);
    else expect([status, region]).toEqual([400, undefined]);
  });

  test("gives HeadBucket its Region", async () => {
    const { status, region } = await answer(elsewhere.s3.send(new HeadBucketCommand({ Bucket })));
    expect([301, 307, 400]).toContain(status);
    expect(region).toBe(aws.region);
  });

  test("refuses everything else with its Region in the error", async () => {
    const { status, region } = await answer(elsewhere.s3.send(new GetBucketEncryptionCommand({ Bucket })));
    expect([301, 307, 400]).toContain(status);
    if (status !== 400) expect(region).toBe(aws.region);
  });
});
