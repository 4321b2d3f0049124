import { CreateAliasCommand, DeleteAliasCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { refused } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 2.1 (context, alias, default changed in between), 2.2 (ETag), 2.4
// (permissions), 4.4.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html

const aws = conformance();

const begin = async (Bucket: string, more: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big", ...more }));
  const part = (s3 = aws.s3) =>
    s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber: 1, Body: "x" }));
  const partCopy = (CopySource: string, more: object = {}, s3 = aws.s3) =>
    s3.send(new UploadPartCopyCommand({ Bucket, Key: "big", UploadId, PartNumber: 1, CopySource, ...more }));
  const complete = (ETag: string | undefined) => {
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    return aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload }));
  };
  return { part, partCopy, complete };
};
const defaultTo = async (Bucket: string, rule: { SSEAlgorithm: "AES256" | "aws:kms"; KMSMasterKeyID?: string }) => {
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] };
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
};

describe("a multipart upload", () => {
  test("keeps the encryption that it was created with, and has an ETag with the number of parts", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await defaultTo(Bucket, { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key });
    const { part, complete } = await begin(Bucket);
    const uploaded = await part();
    expect([uploaded.ServerSideEncryption, uploaded.SSEKMSKeyId]).toEqual(["aws:kms", key]);
    await defaultTo(Bucket, { SSEAlgorithm: "AES256" });
    const done = await complete(uploaded.ETag);
    expect([done.SSEKMSKeyId, done.ETag]).toEqual([key, expect.stringMatching(/^"[0-9a-f]{32}-1"$/)]);
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "big" }));
    expect([head.SSEKMSKeyId, head.ETag]).toEqual([key, done.ETag]);
  });

  test("needs kms:Decrypt for a part that is copied from a KMS object", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await aws.s3.send(
      new PutObjectCommand({ Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId: key }),
    );
    const { partCopy } = await begin(Bucket);
    const user = async (...Action: string[]) =>
      (await aws.otherUser([{ Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject", ...Action], Resource: "*" }]))
        .s3;
    const call = partCopy(`${Bucket}/a`, {}, await user());
    expect((await refused(call)).slice(0, 2)).toEqual([403, "AccessDenied"]);
    const predicate = partCopy(`${Bucket}/a`, { CopySourceIfMatch: `"${"0".repeat(32)}"` }, await user());
    expect((await refused(predicate)).slice(0, 2)).toEqual([412, "PreconditionFailed"]);
    await partCopy(`${Bucket}/a`, {}, await user("kms:Decrypt"));
  });

  test("refuses a part that is copied from an archived object with 403 InvalidObjectState", async () => {
    const Bucket = await aws.bucket();
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", StorageClass: "GLACIER" }));
    const { partCopy } = await begin(Bucket);
    expect((await refused(partCopy(`${Bucket}/a`))).slice(0, 2)).toEqual([403, "InvalidObjectState"]);
  });
});

describe("the object of a multipart upload", () => {
  const MEBI = 1024 ** 2;
  const upload = async (
    at: { readonly Bucket: string; readonly Key: string },
    more: Partial<CreateMultipartUploadCommandInput>,
    ...bodies: readonly string[]
  ) => {
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand({ ...at, ...more }));
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const part = { ...at, UploadId, PartNumber: index + 1, Body };
      const { $metadata, ServerSideEncryption, ...uploaded } = await aws.s3.send(new UploadPartCommand(part));
      Parts.push({ ...uploaded, PartNumber: index + 1 });
    }
    const complete = { ...at, UploadId, MultipartUpload: { Parts } };
    return (whole: object = {}) => aws.s3.send(new CompleteMultipartUploadCommand({ ...complete, ...whole }));
  };

  test("has parts of at least 5 MiB, but the last", async () => {
    const at = { Bucket: await aws.bucket(), Key: "a" };
    const short = await upload(at, {}, "x".repeat(5 * MEBI - 1), "y");
    expect((await refused(short())).slice(0, 2)).toEqual([400, "EntityTooSmall"]);
    await (await upload(at, {}, "x".repeat(5 * MEBI), "y"))();
    const first = await aws.s3.send(new HeadObjectCommand({ ...at, PartNumber: 1 }));
    expect([first.ContentLength, first.PartsCount]).toEqual([5 * MEBI, 2]);
  });

  // Documentation only: checking-object-integrity-upload.html.
  test("has a checksum of all its bytes where that is asked for, and of no other", async () => {
    const at = { Bucket: await aws.bucket(), Key: "a" };
    await aws.s3.send(new PutObjectCommand({ ...at, Key: "whole", Body: "xy", ChecksumAlgorithm: "CRC64NVME" }));
    const head = (Key: string) => aws.s3.send(new HeadObjectCommand({ ...at, Key, ChecksumMode: "ENABLED" }));
    const { ChecksumCRC64NVME } = await head("whole");
    const kind = { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" } as const;
    const complete = await upload(at, kind, "xy");
    const wrong = { ChecksumType: "FULL_OBJECT", ChecksumCRC64NVME: "AAAAAAAAAAA=" };
    expect((await refused(complete(wrong))).slice(0, 2)).toEqual([400, "BadDigest"]);
    await complete({ ChecksumType: "FULL_OBJECT", ChecksumCRC64NVME });
    expect(await head("a")).toMatchObject({ ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" });
    const sha = aws.s3.send(new CreateMultipartUploadCommand({ ...at, ...kind, ChecksumAlgorithm: "SHA256" }));
    expect((await refused(sha)).slice(0, 2)).toEqual([400, "InvalidRequest"]);
  });

  test("has the tags that the upload began with, and none of its predecessor", async () => {
    const at = { Bucket: await aws.bucket(), Key: "a" };
    const tags = async () => (await aws.s3.send(new GetObjectTaggingCommand(at))).TagSet;
    await (await upload(at, { Tagging: "a=b" }, "x"))();
    expect(await tags()).toEqual([{ Key: "a", Value: "b" }]);
    await (await upload(at, {}, "y"))();
    expect(await tags()).toEqual([]);
  });
});

describe("the KMS key and context of a write:", () => {
  test("an alias that points elsewhere later changes nothing for the object", async () => {
    const [Bucket, first, second] = [await aws.bucket(), await aws.key(), await aws.key()];
    const AliasName = `alias/${aws.prefix}-moving`;
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first }));
    aws.later(() => aws.kms.send(new DeleteAliasCommand({ AliasName })));
    const write = { Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: AliasName };
    await aws.s3.send(new PutObjectCommand(write));
    await aws.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }));
    const read = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(read.SSEKMSKeyId).toBe(first);
  });

  test("the caller's context is returned with the object's ARN, and only then", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    const write = { Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key };
    expect((await aws.s3.send(new PutObjectCommand(write))).SSEKMSEncryptionContext).toBeUndefined();
    const SSEKMSEncryptionContext = Buffer.from(JSON.stringify({ team: "a" })).toString("base64");
    const answer = await aws.s3.send(new PutObjectCommand({ ...write, SSEKMSEncryptionContext }));
    const context: unknown = JSON.parse(Buffer.from(answer.SSEKMSEncryptionContext ?? "", "base64").toString());
    expect(context).toEqual({ team: "a", "aws:s3:arn": `arn:aws:s3:::${Bucket}/a` });
  });
});
