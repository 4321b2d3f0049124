import { randomUUID } from "node:crypto";
import {
  CreateKeyCommand,
  DeleteImportedKeyMaterialCommand,
  DisableKeyCommand,
  EnableKeyCommand,
} from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { onAws, refused, settled } from "./s3-setting.ts";

// Captures docs/aws-behaviour.md 2.3 (key errors through S3) and 2.4 (which call needs which
// permission).

const aws = conformance();

const write = (Bucket: string, SSEKMSKeyId: string, more: Partial<PutObjectCommandInput> = {}, s3: S3Client = aws.s3) =>
  s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId, ...more }));

describe("a missing key (captures 2.3):", () => {
  test.each<[string, () => string, () => string]>([
    ["a malformed id", () => "no-key", () => "Invalid keyId 'no-key'"],
    [
      "an unknown id",
      () => unknownId,
      () => `Key 'arn:aws:kms:us-east-1:${aws.account}:key/${unknownId}' does not exist`,
    ],
    [
      "an unknown ARN",
      () => `arn:aws:kms:us-east-1:${aws.account}:key/${unknownId}`,
      () => `Key 'arn:aws:kms:us-east-1:${aws.account}:key/${unknownId}' does not exist`,
    ],
    [
      "an ARN of another Region",
      () => `arn:aws:kms:eu-central-1:${aws.account}:key/${unknownId}`,
      () => "Invalid arn eu-central-1",
    ],
  ])("a write with the key as %s fails with KMS.NotFoundException", async (_, key, message) => {
    const Bucket = await aws.bucket();
    expect(await refused(write(Bucket, key()))).toEqual([400, "KMS.NotFoundException", message()]);
    const create = { Bucket, Key: "a", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key() };
    expect(await refused(aws.s3.send(new CreateMultipartUploadCommand(create)))).toEqual([
      400,
      "KMS.NotFoundException",
      message(),
    ]);
  });

  test("a default key that does not exist fails every write that relies on it", async () => {
    const Bucket = await aws.bucket();
    const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: unknownId };
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    const call = aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    expect((await refused(call)).slice(0, 2)).toEqual([400, "KMS.NotFoundException"]);
  });
});

describe("an unusable key (captures 2.3)", () => {
  test("because it is disabled fails writes, reads and parts, while HEAD and the completion succeed", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket, key);
    const upload = { Bucket, Key: "big", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key };
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand(upload));
    const part = (PartNumber: number) =>
      aws.s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber, Body: "x" }));
    const { ETag } = await part(1);
    await aws.kms.send(new DisableKeyCommand({ KeyId: key }));
    const disabled = [400, "KMS.DisabledException", `${key} is disabled.`];
    await settled(async () => expect(await refused(write(Bucket, key))).toEqual(disabled));
    expect(await refused(aws.s3.send(new GetObjectCommand({ Bucket, Key: "a" })))).toEqual(disabled);
    expect(await refused(aws.s3.send(new CreateMultipartUploadCommand(upload)))).toEqual(disabled);
    expect(await refused(part(2))).toEqual(disabled);
    const { SSEKMSKeyId } = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(SSEKMSKeyId).toBe(key);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload }));
    await aws.kms.send(new EnableKeyCommand({ KeyId: key }));
    await settled(async () => void (await write(Bucket, key)));
  });
});

describe("permissions of KMS (captures 2.4):", () => {
  const user = async (...Action: string[]) => await aws.otherUser([{ Effect: "Allow", Action, Resource: "*" }]);
  const denied = [403, "AccessDenied"];

  test("PutObject needs kms:GenerateDataKey and nothing else", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    const without = await user("s3:*", "kms:Decrypt");
    const [status, code, message] = await refused(write(Bucket, key, {}, without.s3));
    expect([status, code]).toEqual(denied);
    expect(message).toContain(`${without.arn} is not authorized to perform: kms:GenerateDataKey on resource: ${key}`);
    const with_ = await user("s3:PutObject", "kms:GenerateDataKey");
    await write(Bucket, key, {}, with_.s3);
  });

  test("GetObject and GetObjectAttributes need kms:Decrypt, HeadObject nothing", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    await write(Bucket, key);
    const { s3 } = await user("s3:GetObject", "s3:GetObjectAttributes");
    expect((await refused(s3.send(new GetObjectCommand({ Bucket, Key: "a" })))).slice(0, 2)).toEqual(denied);
    const ObjectAttributes = ["ETag" as const];
    const attributes = s3.send(new GetObjectAttributesCommand({ Bucket, Key: "a", ObjectAttributes }));
    expect((await refused(attributes)).slice(0, 2)).toEqual(denied);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));
    expect([head.SSEKMSKeyId, head.ChecksumCRC32]).toEqual([key, undefined]);
    const reader = await user("s3:GetObject", "kms:Decrypt");
    await reader.s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    const seen = await reader.s3.send(new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));
    expect(seen.ChecksumCRC32).toBeDefined();
  });

  test("a part needs kms:Decrypt, not kms:GenerateDataKey", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    const upload = { Bucket, Key: "big", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: key };
    const creator = await user("s3:PutObject", "kms:GenerateDataKey");
    const { UploadId } = await creator.s3.send(new CreateMultipartUploadCommand(upload));
    const part = { Bucket, Key: "big", UploadId, PartNumber: 1, Body: "x" };
    expect((await refused(creator.s3.send(new UploadPartCommand(part)))).slice(0, 2)).toEqual(denied);
    const other = await user("s3:PutObject", "kms:Decrypt");
    await other.s3.send(new UploadPartCommand(part));
  });

  test("the aws/s3 key needs no permission of KMS", async () => {
    const Bucket = await aws.bucket();
    const { s3 } = await user("s3:PutObject", "s3:GetObject");
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms" }));
    await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
  });

  test("the encryption context is the object's ARN, with a bucket key the bucket's", async () => {
    const [Bucket, key] = [await aws.bucket(), await aws.key()];
    const onlyFor = async (arn: string) =>
      await aws.otherUser([
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        {
          Effect: "Allow",
          Action: "kms:*",
          Resource: "*",
          Condition: { StringEquals: { "kms:EncryptionContext:aws:s3:arn": arn } },
        },
      ]);
    const object = await onlyFor(`arn:aws:s3:::${Bucket}/a`);
    await write(Bucket, key, {}, object.s3);
    expect((await refused(write(Bucket, key, { BucketKeyEnabled: true }, object.s3))).slice(0, 2)).toEqual(denied);
    const bucket = await onlyFor(`arn:aws:s3:::${Bucket}`);
    await write(Bucket, key, { BucketKeyEnabled: true }, bucket.s3);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
  test.each<[string, Partial<PutObjectCommandInput>]>([
    ["s3:PutObjectTagging", { Tagging: "a=b" }],
    ["s3:PutObjectAcl", { ACL: "bucket-owner-full-control" }],
  ])("headers that set something else need %s", async (action, more) => {
    const Bucket = await aws.bucket();
    const call = { Bucket, Key: "a", Body: "x", ...more };
    const without = await user("s3:PutObject");
    expect((await refused(without.s3.send(new PutObjectCommand(call)))).slice(0, 2)).toEqual(denied);
    const with_ = await user("s3:PutObject", action);
    await with_.s3.send(new PutObjectCommand(call));
  });
});

const unknownId = randomUUID();

// https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-delete-key-material.html
// To import takes a wrapped key, in the place of which the local AWS has a control path.
test.skipIf(onAws)("a key whose imported material is deleted fails writes, and works again with it", async () => {
  const Bucket = await aws.bucket();
  const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }));
  const KeyId = KeyMetadata?.Arn ?? "";
  const pending = [400, "KMS.KMSInvalidStateException", `${KeyId} is pending import.`];
  const imported = async () =>
    (await fetch(`${aws.endpoint}/_bucketseal/kms/import?key=${KeyId}`, { method: "PUT" })).status;
  expect(await refused(write(Bucket, KeyId))).toEqual(pending);
  expect(await imported()).toBe(200);
  await write(Bucket, KeyId);
  await aws.kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
  expect(await refused(write(Bucket, KeyId))).toEqual(pending);
  expect(await imported()).toBe(200);
  await write(Bucket, KeyId);
});
