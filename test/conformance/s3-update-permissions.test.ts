import { HeadObjectCommand, PutObjectCommand, type S3Client, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { refused } from "./s3-setting.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html (permissions)

const aws = conformance();
const update = (s3: S3Client, Bucket: string, KMSKeyArn: string) =>
  s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: "a", ObjectEncryption: { SSEKMS: { KMSKeyArn } } }));

describe("UpdateObjectEncryption", () => {
  const needed = ["s3:UpdateObjectEncryption", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"];
  const user = async (Action: string[]) =>
    await aws.otherUser([{ Effect: "Allow", Action: ["s3:PutObject", ...Action], Resource: "*" }]);

  test("is allowed by the documented permissions", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const { s3 } = await user(needed);
    await update(s3, Bucket, key);
    expect((await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).SSEKMSKeyId).toBe(key);
  });

  test.each(needed)("is refused with AccessDenied without %s", async (missing) => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const { s3 } = await user(needed.filter((action) => action !== missing));
    expect((await refused(update(s3, Bucket, key))).slice(0, 2)).toEqual([403, "AccessDenied"]);
    expect((await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).ServerSideEncryption).toBe("AES256");
  });
});
