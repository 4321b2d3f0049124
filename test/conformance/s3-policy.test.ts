import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html (condition
// keys of s3:PutObject and s3:UpdateObjectEncryption); docs/aws-behaviour.md 2.6: the algorithm's
// key is the header, absent without it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: the key id's is
// the key S3 will use.

const aws = conformance();
const denied = [403, "AccessDenied"];

const bucketWithout = async (Action: string, Condition: object) => {
  const Bucket = await aws.bucket();
  const Statement = [{ Effect: "Deny", Principal: "*", Action, Resource: `arn:aws:s3:::${Bucket}/*`, Condition }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const { s3 } = await aws.otherUser();
  const write = (more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...more }));
  return { Bucket, s3, write };
};
const useByDefault = async (Bucket: string, KMSMasterKeyID: string) => {
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID } }];
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
test("a wildcard in a bucket policy matches any key, even one of several lines", async () => {
  const Bucket = await aws.bucket();
  const Resource = `arn:aws:s3:::${Bucket}/a*c`;
  const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "s3:PutObject", Resource }]);
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  await eventually("the policy", () => put("abc").catch(() => undefined));
  await put("a\nb\tc");
  expect((await refused(put("abc\n"))).slice(0, 2)).toEqual(denied);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
test("a Deny with NotPrincipal spares whom it names together with the account, and nobody else", async () => {
  const Bucket = await aws.bucket();
  const [spared, half, other] = [await aws.otherUser(), await aws.otherUser(), await aws.otherUser()];
  const put = (Key: string, { s3 }: { s3: typeof aws.s3 }) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const deny = (prefix: string, ...AWS: string[]) => {
    const Resource = `arn:aws:s3:::${Bucket}/${prefix}/*`;
    return { Effect: "Deny", NotPrincipal: { AWS }, Action: "s3:PutObject", Resource };
  };
  const Statement = [deny("a", aws.account, spared.arn), deny("b", half.arn)];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await put("a/x", spared);
  expect(await refused(put("a/x", other))).toEqual([
    ...denied,
    expect.stringMatching(/with an explicit deny in a resource-based policy$/),
  ]);
  expect((await refused(put("b/x", half))).slice(0, 2)).toEqual(denied);
});

describe("a condition key about encryption:", () => {
  test("s3:x-amz-server-side-encryption is the header: a default-encrypted write has none", async () => {
    const key = "s3:x-amz-server-side-encryption";
    const { write } = await bucketWithout("s3:PutObject", { StringEquals: { [key]: "AES256" } });
    expect((await refused(write({ ServerSideEncryption: "AES256" }))).slice(0, 2)).toEqual(denied);
    await write();
  });

  test("the key id is there even without a header, where the bucket's default is a key", async () => {
    const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const { Bucket, write } = await bucketWithout("s3:PutObject", { Null: { [key]: "true" } });
    expect((await refused(write())).slice(0, 2)).toEqual(denied);
    await useByDefault(Bucket, await aws.key());
    await write();
    expect((await refused(write({ ServerSideEncryption: "AES256" }))).slice(0, 2)).toEqual(denied);
  });

  test("the key id of a write that names none is that of the aws/s3 key", async () => {
    const only = await aws.key();
    const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const { write } = await bucketWithout("s3:PutObject", { ArnNotEqualsIfExists: { [key]: only } });
    await write({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: only });
    expect((await refused(write({ ServerSideEncryption: "aws:kms" }))).slice(0, 2)).toEqual(denied);
  });

  // Not documented; a policy that pins the key would otherwise refuse every multipart upload.
  test("the key id of a part, and of the completion, is the one that the upload was created with", async () => {
    const [only, other] = [await aws.key(), await aws.key()];
    const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const { Bucket, s3 } = await bucketWithout("s3:PutObject", { ArnNotEquals: { [key]: only } });
    const begin = (more: Partial<CreateMultipartUploadCommandInput>) =>
      s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a", ...more }));
    expect((await refused(begin({}))).slice(0, 2)).toEqual(denied);
    expect((await refused(begin({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: other }))).slice(0, 2)).toEqual(denied);
    const { UploadId } = await begin({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: only });
    const one = { Bucket, Key: "a", UploadId };
    const { ETag } = await s3.send(new UploadPartCommand({ ...one, PartNumber: 1, Body: "x" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...one, MultipartUpload }));
    expect(done.SSEKMSKeyId).toBe(only);
  });

  test("the key id is there for UpdateObjectEncryption too, which is no PutObject", async () => {
    const [only, other] = [await aws.key(), await aws.key()];
    const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const { Bucket, s3, write } = await bucketWithout("s3:UpdateObjectEncryption", { ArnNotEquals: { [key]: only } });
    await write();
    const update = (KMSKeyArn: string) =>
      s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: "a", ObjectEncryption: { SSEKMS: { KMSKeyArn } } }));
    expect((await refused(update(other))).slice(0, 2)).toEqual(denied);
    await update(only);
  });
});
