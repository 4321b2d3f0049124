import {
  DeleteBucketOwnershipControlsCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketRequestPaymentCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { isOwnerEnforced } from "#aws/s3/bucket-ownership";
import { getBucketPayer } from "#aws/s3/bucket-payer";
import { getBucketVersioning } from "#aws/s3/bucket-versioning";
import { copyOntoItself } from "#aws/s3/object-copy";
import { readGrants } from "#aws/s3/object-grants";
import { headObject } from "#aws/s3/object-head";
import type { WantedObjectEncryption } from "#core/encryption";
import { conformance } from "../../support/local-aws/conformance.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";
import { permit } from "../../support/local-aws/permit.ts";
import { objectWorld, oddKeys, there } from "./object-world.ts";

const aws = conformance();
const { put, ref, bucket } = objectWorld(aws);

/** Read, then copied as the function does it. */
const repair = async (Bucket: string, wanted: WantedObjectEncryption, key = "a") => {
  const object = ref(Bucket, key);
  const seen = there(await headObject(aws.s3, object));
  const enforced = await isOwnerEnforced(aws.s3, object.bucket);
  const grants = enforced.known && !enforced.value ? await readGrants(aws.s3, object) : { known: true, value: {} };
  if (!("value" in grants)) throw new Error("no grants");
  return { seen, written: await copyOntoItself(aws.s3, object, seen, wanted, grants.value, permit) };
};
const dsse = async () => ({ algorithm: "aws:kms:dsse", key: await aws.key(), bucketKey: false }) as const;

/** Everything that S3 returns about an object except its encryption. */
const shown = async (Bucket: string, Key = "a") => {
  const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  const { $metadata, ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, LastModified, VersionId, ETag, ...rest } =
    head;
  const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  const { Grants, Owner } = await aws.s3.send(new GetObjectAclCommand({ Bucket, Key }));
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
  const grants = Grants?.map(({ Grantee, Permission }) => [Grantee?.URI ?? Grantee?.ID, Permission]).sort();
  return { ...rest, TagSet, grants, Owner: Owner?.ID, bytes: await Body?.transformToString() };
};

/** A bucket whose objects have ACLs, public ones too. */
const withAcls = async () => {
  const Bucket = await aws.bucket(undefined, { ObjectOwnership: "ObjectWriter" });
  await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  return Bucket;
};

const everyone = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"';

describe("a copy keeps", () => {
  test.each<[string, Partial<PutObjectCommandInput>]>([
    [
      "content headers",
      {
        ContentType: "text/markdown; charset=utf-8",
        ContentLanguage: "de-CH",
        ContentEncoding: "identity",
        ContentDisposition: 'attachment; filename="ü.md"',
        CacheControl: "max-age=60, no-transform",
        Expires: new Date("2030-01-01T00:00:00Z"),
      },
    ],
    ["no content type at all", {}],
    ["user metadata", { Metadata: { "project-name": "x y", empty: "", quote: 'a "b" c' } }],
    ["tags", { Tagging: "team=a&note=a%20b%2Bc&empty=" }],
    ["the class STANDARD_IA", { StorageClass: "STANDARD_IA" }],
    ["the class INTELLIGENT_TIERING", { StorageClass: "INTELLIGENT_TIERING" }],
    ["the class GLACIER_IR", { StorageClass: "GLACIER_IR" }],
    ["the class REDUCED_REDUNDANCY", { StorageClass: "REDUCED_REDUNDANCY" }],
    ["the website redirect", { WebsiteRedirectLocation: "/elsewhere?a=b" }],
    ["a checksum by CRC32", { ChecksumAlgorithm: "CRC32" }],
    ["a checksum by CRC32C", { ChecksumAlgorithm: "CRC32C" }],
    ["a checksum by CRC64NVME", { ChecksumAlgorithm: "CRC64NVME" }],
    ["a checksum by SHA1", { ChecksumAlgorithm: "SHA1" }],
    ["a checksum by SHA256", { ChecksumAlgorithm: "SHA256" }],
    ["a public grant", { ACL: "public-read" }],
    ["several grants", { GrantRead: everyone, GrantReadACP: everyone, GrantFullControl: `id="${"a".repeat(64)}"` }],
    ["no grant but the owner's", {}],
  ])("%s", async (_, more) => {
    const [Bucket, wanted] = [await withAcls(), await dsse()];
    await put(Bucket, more);
    const before = await shown(Bucket);
    const { written } = await repair(Bucket, wanted);
    expect(written).toMatchObject({ kind: "written" });
    expect(await shown(Bucket)).toEqual(before);
    expect(there(await headObject(aws.s3, ref(Bucket))).encryption).toEqual({
      algorithm: wanted.algorithm,
      key: wanted.key,
      bucketKey: false,
    });
  });

  test("everything at once, in a versioned bucket without ACLs", async () => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await put(Bucket, {
      ContentType: "text/plain",
      CacheControl: "no-store",
      Metadata: { a: "b" },
      Tagging: "team=a",
      StorageClass: "STANDARD_IA",
      WebsiteRedirectLocation: "/there",
      ChecksumAlgorithm: "SHA256",
    });
    const before = await shown(Bucket);
    await repair(Bucket, wanted);
    expect(await shown(Bucket)).toEqual(before);
  });

  test.each(oddKeys)("the key %j unchanged", async (Key) => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await put(Bucket, { Key, Body: "odd" });
    expect((await repair(Bucket, wanted, Key)).written.kind).toBe("written");
    const after = there(await headObject(aws.s3, ref(Bucket, Key)));
    expect([after.size, after.encryption.algorithm]).toEqual([3, "aws:kms:dsse"]);
    const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions.map((version) => version.Key)).toEqual([Key, Key]);
  });
});

describe("a copy writes", () => {
  test.each([
    ["to SSE-S3", { algorithm: "AES256", bucketKey: false }],
    ["to SSE-KMS with a bucket key", { algorithm: "aws:kms", bucketKey: true }],
    ["to SSE-KMS without one", { algorithm: "aws:kms", bucketKey: false }],
    ["to DSSE-KMS", { algorithm: "aws:kms:dsse", bucketKey: false }],
  ] as const)("%s, from DSSE-KMS", async (_, { algorithm, bucketKey }) => {
    const [Bucket, first, second] = [await bucket("unversioned"), await aws.key(), await aws.key()];
    await put(Bucket, { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: first });
    const wanted = { algorithm, bucketKey, ...(algorithm === "AES256" ? {} : { key: second }) };
    await repair(Bucket, wanted);
    expect(there(await headObject(aws.s3, ref(Bucket))).encryption).toEqual(wanted);
  });

  test("a new version above the old one, which is unchanged", async () => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await put(Bucket);
    const { seen, written } = await repair(Bucket, wanted);
    const after = there(await headObject(aws.s3, ref(Bucket)));
    expect(written).toEqual({
      kind: "written",
      versionId: after.versionId,
      etag: after.etag,
      sourceVersionId: seen.versionId,
    });
    expect(after.versionId).not.toBe(seen.versionId);
    const old = there(await headObject(aws.s3, ref(Bucket, "a", seen.versionId)));
    expect([old.encryption, old.etag, old.isCurrent]).toEqual([seen.encryption, seen.etag, false]);
  });

  test("the null version again in a suspended bucket", async () => {
    const [Bucket, wanted] = [await bucket("suspended"), await dsse()];
    await put(Bucket);
    const { written } = await repair(Bucket, wanted);
    expect(written.kind).toBe("written");
    expect(there(await headObject(aws.s3, ref(Bucket)))).toMatchObject({ versionId: "null", encryption: wanted });
    const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toHaveLength(1);
  });
});

describe("a newer write", () => {
  test.each(["unversioned", "versioned", "suspended"] as const)(
    "in an %s bucket is never overwritten by a copy",
    async (versioning) => {
      const [Bucket, wanted] = [await bucket(versioning), await dsse()];
      await put(Bucket, { Body: "old" });
      const seen = there(await headObject(aws.s3, ref(Bucket)));
      await put(Bucket, { Body: "new" });
      expect(await copyOntoItself(aws.s3, ref(Bucket), seen, wanted, {}, permit)).toMatchObject({
        kind: "moved",
        error: { name: "PreconditionFailed" },
      });
      expect((await shown(Bucket)).bytes).toBe("new");
    },
  );

  test.each(["unversioned", "versioned", "suspended"] as const)(
    "in an %s bucket stays deleted if it was a deletion",
    async (versioning) => {
      const [Bucket, wanted] = [await bucket(versioning), await dsse()];
      await put(Bucket);
      const seen = there(await headObject(aws.s3, ref(Bucket)));
      await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      expect(await copyOntoItself(aws.s3, ref(Bucket), seen, wanted, {}, permit)).toMatchObject({ kind: "moved" });
      expect(await headObject(aws.s3, ref(Bucket))).toEqual({ known: true, value: null });
    },
  );

  test("is not overwritten by a copy of an older object with the same bytes", async () => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await put(Bucket, { Metadata: { is: "old" } });
    const seen = there(await headObject(aws.s3, ref(Bucket)));
    await put(Bucket, { Metadata: { is: "new" } });
    const successor = there(await headObject(aws.s3, ref(Bucket)));
    expect(await copyOntoItself(aws.s3, ref(Bucket), seen, wanted, {}, permit)).toMatchObject({
      kind: "written",
      sourceVersionId: successor.versionId,
    });
    expect((await shown(Bucket)).Metadata).toEqual({ is: "new" });
  });
});

test("a copy names ETag, version and owner of both ends, and leaves nothing to a default", async () => {
  const sent: Record<string, string>[] = [];
  const requestHandler = {
    handle: async ({ headers }: { headers: Record<string, string> }) => {
      sent.push(headers);
      throw new Error("no network");
    },
  };
  const s3 = new S3Client({ region: "us-east-1", credentials: rootOf(aws.account), requestHandler, maxAttempts: 1 });
  const Bucket = await bucket("versioned");
  await put(Bucket);
  const seen = there(await headObject(aws.s3, ref(Bucket)));
  await copyOntoItself(s3, ref(Bucket, "a b"), seen, { algorithm: "aws:kms", key: "k", bucketKey: false }, {}, permit);
  expect(sent[0]).toMatchObject({
    "if-match": seen.etag,
    "x-amz-copy-source": `${Bucket}/a%20b`,
    "x-amz-copy-source-if-match": seen.etag,
    "x-amz-expected-bucket-owner": aws.account,
    "x-amz-source-expected-bucket-owner": aws.account,
    "x-amz-metadata-directive": "COPY",
    "x-amz-tagging-directive": "COPY",
    "x-amz-storage-class": "STANDARD",
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": "k",
    "x-amz-server-side-encryption-bucket-key-enabled": "false",
  });
});

describe("a copy is stopped by", () => {
  test("another owner of the bucket", async () => {
    const Bucket = await bucket("unversioned");
    await put(Bucket);
    const seen = there(await headObject(aws.s3, ref(Bucket)));
    const object = ref(Bucket);
    const foreign = { ...object, bucket: { ...object.bucket, account: "999988887777" } };
    expect(await copyOntoItself(aws.s3, foreign, seen, await dsse(), {}, permit)).toMatchObject({
      kind: "refused",
      error: { name: "AccessDenied" },
    });
  });

  test.each([
    ["tags", "s3:GetObjectTagging", { Tagging: "a=b" }, {}],
    ["tags", "s3:PutObjectTagging", { Tagging: "a=b" }, {}],
    ["grants", "s3:PutObjectAcl", {}, { GrantRead: everyone }],
  ] as const)("%s without the permission %s, and nothing is written", async (_what, missing, more, grants) => {
    const [Bucket, wanted] = [await withAcls(), await dsse()];
    await put(Bucket, more);
    const before = await shown(Bucket);
    const seen = there(await headObject(aws.s3, ref(Bucket)));
    const { s3 } = await aws.otherUser([
      { Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" },
      { Effect: "Deny", Action: missing, Resource: "*" },
    ]);
    expect(await copyOntoItself(s3, ref(Bucket), seen, wanted, grants, permit)).toMatchObject({
      kind: "refused",
      error: { name: "AccessDenied" },
    });
    expect(await shown(Bucket)).toEqual(before);
    expect(there(await headObject(aws.s3, ref(Bucket))).encryption.algorithm).toBe("AES256");
  });

  test("an ACL that may not be read, since it is unknown", async () => {
    const Bucket = await withAcls();
    await put(Bucket);
    const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    expect(await readGrants(s3, ref(Bucket))).toMatchObject({ known: false, error: { name: "AccessDenied" } });
    expect(await isOwnerEnforced(s3, ref(Bucket).bucket)).toMatchObject({ known: false });
  });
});

test.each([
  ["unversioned", "Disabled"],
  ["versioned", "Enabled"],
  ["suspended", "Suspended"],
] as const)("whether a bucket keeps versions: %s", async (versioning, status) => {
  const { bucket: own } = ref(await bucket(versioning));
  expect(await getBucketVersioning(aws.s3, own)).toEqual({ known: true, value: status });
  expect(await getBucketVersioning(aws.s3, { ...own, account: "999988887777" })).toMatchObject({ known: false });
});

test("the payer of requests to a bucket is read", async () => {
  const own = ref(await bucket("unversioned")).bucket;
  expect(await getBucketPayer(aws.s3, own)).toEqual({ known: true, value: "BucketOwner" });
  const RequestPaymentConfiguration = { Payer: "Requester" as const };
  await aws.s3.send(new PutBucketRequestPaymentCommand({ Bucket: own.bucket, RequestPaymentConfiguration }));
  expect(await getBucketPayer(aws.s3, own)).toEqual({ known: true, value: "Requester" });
  expect(await getBucketPayer(aws.s3, { ...own, account: "999988887777" })).toMatchObject({ known: false });
});

test("whether a bucket has ACLs is read from its ownership controls", async () => {
  const [Bucket, withThem] = [await bucket("unversioned"), await withAcls()];
  expect(await isOwnerEnforced(aws.s3, ref(Bucket).bucket)).toEqual({ known: true, value: true });
  expect(await isOwnerEnforced(aws.s3, ref(withThem).bucket)).toEqual({ known: true, value: false });
  const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" as const }] };
  await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  expect(await isOwnerEnforced(aws.s3, ref(Bucket).bucket)).toEqual({ known: true, value: false });
  await aws.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
  expect(await isOwnerEnforced(aws.s3, ref(Bucket).bucket)).toEqual({ known: true, value: false });
});
