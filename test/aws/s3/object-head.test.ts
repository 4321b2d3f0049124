import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { headObject } from "#aws/s3/object-head";
import { conformance } from "../../support/local-aws/conformance.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { objectWorld, oddKeys, there } from "./object-world.ts";

const aws = conformance();
const { put, putSseC, ref, bucket, turn } = objectWorld(aws);

describe("HEAD shows the encryption", () => {
  test("SSE-S3, by default", async () => {
    const name = await bucket("unversioned");
    await put(name);
    expect(there(await headObject(aws.s3, ref(name))).encryption).toEqual({ algorithm: "AES256", bucketKey: false });
  });

  test.each(["aws:kms", "aws:kms:dsse"] as const)("%s, with the full key ARN", async (algorithm) => {
    const [name, key] = [await bucket("unversioned"), await aws.key()];
    await put(name, { ServerSideEncryption: algorithm, SSEKMSKeyId: key.split("/")[1] });
    const { encryption } = there(await headObject(aws.s3, ref(name)));
    expect(encryption).toEqual({ algorithm, key, bucketKey: false });
  });

  test("SSE-KMS with a bucket key", async () => {
    const [name, key] = [await bucket("unversioned"), await aws.key()];
    await put(name, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, BucketKeyEnabled: true });
    expect(there(await headObject(aws.s3, ref(name))).encryption).toEqual({
      algorithm: "aws:kms",
      key,
      bucketKey: true,
    });
  });

  test("SSE-C, for which HEAD returns a bare 400", async () => {
    const name = await bucket("unversioned");
    await putSseC(name);
    const { encryption, isCurrent } = there(await headObject(aws.s3, ref(name)));
    expect(encryption).toEqual({ algorithm: "SSE-C", bucketKey: false });
    expect(isCurrent).toBe(true);
  });

  test("SSE-C of a named version", async () => {
    const name = await bucket("versioned");
    const { VersionId = "" } = await putSseC(name);
    const facts = there(await headObject(aws.s3, ref(name, "a", VersionId)));
    expect([facts.encryption.algorithm, facts.versionId]).toEqual(["SSE-C", VersionId]);
  });

  test("SSE-C above a null version that is not", async () => {
    const name = await bucket("unversioned");
    await put(name);
    const VersioningConfiguration = { Status: "Enabled" as const };
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    await putSseC(name);
    const facts = there(await headObject(aws.s3, ref(name, "a", "null")));
    expect([facts.encryption.algorithm, facts.versionId, facts.isCurrent]).toEqual(["AES256", "null", false]);
  });

  test("unknown, if the 400 is about the caller", async () => {
    const name = await bucket("unversioned");
    await put(name);
    await withFaults(`${aws.endpoint}`, [{ kind: "expired", service: "s3", bucket: name }], async () => {
      await expect(headObject(aws.s3, ref(name))).rejects.toMatchObject({ name: "RetryableError" });
    });
    await withFaults(
      `${aws.endpoint}`,
      [{ kind: "expired", service: "s3", api: "HeadObject", bucket: name }],
      async () => {
        expect(there(await headObject(aws.s3, ref(name))).encryption.algorithm).toBe("SSE-C");
      },
    );
  });
});

test("HEAD shows everything else that decisions depend on", async () => {
  const name = await bucket("versioned");
  const { VersionId, ETag } = await put(name, { StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/elsewhere" });
  const before = Date.now();
  const facts = there(await headObject(aws.s3, ref(name)));
  expect(facts).toMatchObject({
    size: 9,
    etag: ETag,
    versionId: VersionId,
    storageClass: "STANDARD_IA",
    websiteRedirect: "/elsewhere",
    restored: false,
    legalHold: false,
    isCurrent: true,
  });
  expect(Math.abs(Date.parse(facts.lastModified) - before)).toBeLessThan(5_000);
  expect(Math.abs(facts.servedAt - before)).toBeLessThan(5_000);
  expect(facts.servedAt % 1000).toBe(0);
  expect(facts).not.toHaveProperty("replication");
});

test("HEAD shows locks", async () => {
  const name = await aws.bucket("locked", { ObjectLockEnabledForBucket: true });
  const { VersionId = "" } = await put(name);
  const at = { Bucket: name, Key: "a", VersionId };
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_000);
  await aws.s3.send(
    new PutObjectRetentionCommand({ ...at, Retention: { Mode: "GOVERNANCE", RetainUntilDate: until } }),
  );
  await aws.s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: "ON" } }));
  const facts = there(await headObject(aws.s3, ref(name)));
  expect([facts.lockMode, facts.lockUntil, facts.legalHold]).toEqual(["GOVERNANCE", until.toISOString(), true]);
  await aws.s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: "OFF" } }));
  expect(there(await headObject(aws.s3, ref(name))).legalHold).toBe(false);
});

describe("the version of an object:", () => {
  test("reading a version takes one call if it is the current one, two if it is not", async () => {
    const name = await bucket("versioned");
    const { VersionId: first = "" } = await put(name, { Body: "1" });
    const { VersionId: second = "" } = await put(name, { Body: "22" });
    expect(there(await headObject(aws.s3, ref(name, "a", first)))).toMatchObject({
      versionId: first,
      size: 1,
      isCurrent: false,
    });
    expect(there(await headObject(aws.s3, ref(name, "a", second)))).toMatchObject({
      versionId: second,
      size: 2,
      isCurrent: true,
    });
  });

  test("a version below a delete marker exists, but is not current; the marker itself is no object", async () => {
    const name = await bucket("versioned");
    const { VersionId: version = "" } = await put(name);
    const { VersionId: marker = "" } = await aws.s3.send(new DeleteObjectCommand({ Bucket: name, Key: "a" }));
    expect(await headObject(aws.s3, ref(name))).toEqual({ known: true, value: null });
    expect(await headObject(aws.s3, ref(name, "a", marker))).toEqual({ known: true, value: null });
    expect(there(await headObject(aws.s3, ref(name, "a", version))).isCurrent).toBe(false);
  });

  test("an object from before versioning has the version null once versioning is on", async () => {
    const name = await bucket("unversioned");
    await put(name);
    expect(there(await headObject(aws.s3, ref(name)))).not.toHaveProperty("versionId");
    expect(there(await headObject(aws.s3, ref(name, "a", "null"))).isCurrent).toBe(true);
    await turn(name, "Enabled");
    await put(name, { Body: "newer" });
    expect(there(await headObject(aws.s3, ref(name, "a", "null")))).toMatchObject({
      versionId: "null",
      isCurrent: false,
    });
  });

  test("a suspended bucket's object is the version null", async () => {
    const name = await bucket("suspended");
    await put(name);
    expect(there(await headObject(aws.s3, ref(name)))).toMatchObject({ versionId: "null", isCurrent: true });
  });
});

describe("an object", () => {
  test.each(["unversioned", "versioned"] as const)(
    "that is missing in an %s bucket is missing by any version too",
    async (versioning) => {
      const name = await bucket(versioning);
      expect(await headObject(aws.s3, ref(name))).toEqual({ known: true, value: null });
      expect(await headObject(aws.s3, ref(name, "a", "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH"))).toEqual({
        known: true,
        value: null,
      });
    },
  );

  test("whose bucket does not exist is known not to exist", async () => {
    expect(await headObject(aws.s3, ref(`${aws.prefix}-never`))).toEqual({ known: true, value: null });
  });
});

test.each(oddKeys)("HEAD sends the key %j unchanged", async (key) => {
  const name = await bucket("versioned");
  const { VersionId } = await put(name, { Key: key, Body: "odd" });
  expect(there(await headObject(aws.s3, ref(name, key, VersionId)))).toMatchObject({ size: 3, isCurrent: true });
});

describe("HEAD returns no fact after", () => {
  test("a request to another owner's bucket, whatever it returns", async () => {
    const name = await bucket("unversioned");
    await put(name);
    const foreign = { ...ref(name), bucket: { ...ref(name).bucket, account: "999988887777" } };
    expect(await headObject(aws.s3, foreign)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
  });

  test("a refusal", async () => {
    const name = await bucket("unversioned");
    await put(name);
    const { s3 } = await aws.otherUser([{ Effect: "Allow", Action: "kms:*", Resource: "*" }]);
    expect(await headObject(s3, ref(name))).toMatchObject({ known: false, error: { name: "AccessDenied" } });
  });

  test("throttling, which is retried", async () => {
    const name = await bucket("unversioned");
    const fault = [{ kind: "throttle", service: "s3", api: "HeadObject", bucket: name }];
    const faults = `${aws.endpoint}/_bucketseal/faults`;
    await fetch(faults, { method: "PUT", body: JSON.stringify(fault) });
    await expect(headObject(aws.s3, ref(name))).rejects.toThrow("HeadObject");
    await expect(headObject(aws.s3, ref(name))).rejects.toMatchObject({ name: "RetryableError" });
    await fetch(faults, { method: "DELETE" });
  });
});
