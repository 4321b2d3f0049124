import {
  CopyObjectCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
// Captures (docs/aws-behaviour.md 1.3): 403 AccessDenied even before other headers are checked; 400
// for a malformed account id.

const aws = conformance();
const wrong = "999988887777";
const ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }],
};

describe("ExpectedBucketOwner", () => {
  test("lets the right owner through", async () => {
    const Bucket = await aws.bucket();
    await aws.s3.send(new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: aws.account }));
  });

  test.each<[string, (Bucket: string) => Promise<unknown>]>([
    [
      "GetBucketEncryption",
      (Bucket) => aws.s3.send(new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: wrong })),
    ],
    [
      "PutBucketEncryption",
      (Bucket) =>
        aws.s3.send(
          new PutBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: wrong, ServerSideEncryptionConfiguration }),
        ),
    ],
    [
      "PutObject with a malformed SSE-C key",
      (Bucket) =>
        aws.s3.send(
          new PutObjectCommand({
            Bucket,
            Key: "a",
            Body: "x",
            ExpectedBucketOwner: wrong,
            SSECustomerAlgorithm: "AES128",
            SSECustomerKey: "eA==",
            SSECustomerKeyMD5: "eA==",
          }),
        ),
    ],
  ])("a wrong owner is refused with 403: %s", async (_, call) => {
    const [status, code] = await refused(call(await aws.bucket()));
    expect([status, code]).toEqual([403, "AccessDenied"]);
  });

  test("leaves the bucket's encryption as it was when it is wrong", async () => {
    const Bucket = await aws.bucket();
    await refused(
      aws.s3.send(
        new PutBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: wrong, ServerSideEncryptionConfiguration }),
      ),
    );
    const read = await aws.s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const rule = read.ServerSideEncryptionConfiguration?.Rules?.[0];
    expect(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
  });

  test("refuses a HEAD with a bare 403 when it is wrong", async () => {
    const Bucket = await aws.bucket();
    const head = aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a", ExpectedBucketOwner: wrong }));
    expect((await refused(head))[0]).toBe(403);
  });

  test.each(["abc", "0000000000000", "12345678901x"])(
    "is refused with 400 when it is no account id: %s",
    async (owner) => {
      const Bucket = await aws.bucket();
      const call = aws.s3.send(new GetBucketEncryptionCommand({ Bucket, ExpectedBucketOwner: owner }));
      const [status, code] = await refused(call);
      expect([status, code]).toEqual([400, "InvalidBucketOwnerAWSAccountID"]);
    },
  );

  test("does not keep a missing bucket from being a 404", async () => {
    const call = aws.s3.send(
      new GetBucketEncryptionCommand({ Bucket: `${aws.prefix}-nobody`, ExpectedBucketOwner: wrong }),
    );
    expect((await refused(call))[1]).toBe("NoSuchBucket");
  });

  test("of a copy's source is checked beside that of its destination", async () => {
    const Bucket = await aws.bucket();
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const copy = (owner: string) =>
      aws.s3.send(
        new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ExpectedSourceBucketOwner: owner }),
      );
    const [status, code] = await refused(copy(wrong));
    expect([status, code]).toEqual([403, "AccessDenied"]);
    await copy(aws.account);
  });
});
