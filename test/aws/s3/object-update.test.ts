import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { DeleteObjectCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { isAwsHost } from "#aws/s3/aws-host";
import { headObject } from "#aws/s3/object-head";
import { updateObjectEncryption } from "#aws/s3/object-update";
import type { ObjectRef } from "#core/names";
import { conformance } from "../../support/local-aws/conformance.ts";
import { permit } from "../../support/local-aws/permit.ts";
import { objectWorld, oddKeys, there } from "./object-world.ts";

const aws = conformance();
const { put, putSseC, ref, bucket } = objectWorld(aws);
const here = { outsideAws: true, permit };
const bytesOf = async ({ bucket: { bucket: Bucket }, key: Key, versionId: VersionId }: ObjectRef) => {
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
  return Body?.transformToString();
};

describe("an update of an object", () => {
  test.each([
    ["unversioned", true],
    ["versioned", true],
    ["suspended", false],
  ] as const)(
    "in an %s bucket, bucket key %s: the encryption changes, and nothing else",
    async (versioning, bucketKey) => {
      const [name, key] = [await bucket(versioning), await aws.key()];
      await put(name, { StorageClass: "STANDARD_IA", Metadata: { a: "b" } });
      const before = there(await headObject(aws.s3, ref(name)));
      const wanted = { algorithm: "aws:kms", key, bucketKey } as const;
      expect(await updateObjectEncryption(aws.s3, ref(name, "a", before.versionId), wanted, here)).toEqual({
        kind: "written",
      });
      const after = there(await headObject(aws.s3, ref(name)));
      expect(after).toEqual({ ...before, encryption: { ...wanted }, servedAt: after.servedAt });
      expect(await bytesOf(ref(name))).toBe("the bytes");
    },
  );

  test("changes the version that was seen, and not the one above it", async () => {
    const [name, key] = [await bucket("versioned"), await aws.key()];
    const { VersionId: first } = await put(name, { Body: "1" });
    await put(name, { Body: "2" });
    const wanted = { algorithm: "aws:kms", key, bucketKey: true } as const;
    await updateObjectEncryption(aws.s3, ref(name, "a", first), wanted, here);
    expect(there(await headObject(aws.s3, ref(name, "a", first))).encryption.key).toBe(key);
    expect(there(await headObject(aws.s3, ref(name))).encryption.algorithm).toBe("AES256");
  });

  test.each(oddKeys)("the key %j as it is", async (Key) => {
    const [name, key] = [await bucket("versioned"), await aws.key()];
    const { VersionId } = await put(name, { Key, Body: "odd" });
    await updateObjectEncryption(
      aws.s3,
      ref(name, Key, VersionId),
      { algorithm: "aws:kms", key, bucketKey: true },
      here,
    );
    expect(there(await headObject(aws.s3, ref(name, Key))).encryption).toEqual({
      algorithm: "aws:kms",
      key,
      bucketKey: true,
    });
    expect(await bytesOf(ref(name, Key, VersionId))).toBe("odd");
  });
});

describe("an update that fails", () => {
  const update = async (object: ObjectRef, key?: string) =>
    updateObjectEncryption(
      aws.s3,
      object,
      { algorithm: "aws:kms", key: key ?? (await aws.key()), bucketKey: true },
      here,
    );

  test("for a missing object or a delete marker finds that it moved", async () => {
    const name = await bucket("versioned");
    expect(await update(ref(name))).toMatchObject({ kind: "moved", error: { name: "NoSuchKey" } });
    const { VersionId } = await put(name);
    const { VersionId: marker } = await aws.s3.send(new DeleteObjectCommand({ Bucket: name, Key: "a" }));
    expect(await update(ref(name, "a", marker))).toMatchObject({ kind: "moved", error: { name: "MethodNotAllowed" } });
    await aws.s3.send(new DeleteObjectCommand({ Bucket: name, Key: "a", VersionId }));
    expect(await update(ref(name, "a", VersionId))).toMatchObject({ kind: "moved", error: { name: "NoSuchVersion" } });
  });

  test("for SSE-C, a disabled key or another owner is refused, with S3's own message", async () => {
    const [name, key] = [await bucket("unversioned"), await aws.key()];
    await putSseC(name);
    expect(await update(ref(name))).toMatchObject({ kind: "refused", error: { name: "InvalidRequest" } });
    await put(name);
    await aws.kms.send(new DisableKeyCommand({ KeyId: key }));
    expect(await update(ref(name), key)).toMatchObject({ kind: "refused", error: { name: "KMS.DisabledException" } });
    const foreign = { ...ref(name), bucket: { ...ref(name).bucket, account: "999988887777" } };
    expect(await update(foreign)).toMatchObject({ kind: "refused", error: { name: "AccessDenied" } });
    expect(await bytesOf(ref(name))).toBe("the bytes");
  });

  test.each(["throttle", "error500"])("with %s throws as transient", async (kind) => {
    const name = await bucket("unversioned");
    await put(name);
    const faults = `${aws.endpoint}/_bucketseal/faults`;
    const fault = { kind, service: "s3", api: "UpdateObjectEncryption", bucket: name };
    await fetch(faults, { method: "PUT", body: JSON.stringify([fault]) });
    await expect(update(ref(name))).rejects.toMatchObject({ name: "RetryableError" });
    await fetch(faults, { method: "DELETE" });
  });
});

describe("an update outside AWS", () => {
  test("is not even sent unless it is switched on", async () => {
    const [name, key] = [await bucket("unversioned"), await aws.key()];
    await put(name);
    const wanted = { algorithm: "aws:kms", key, bucketKey: true } as const;
    const answer = await updateObjectEncryption(aws.s3, ref(name), wanted, { outsideAws: false, permit });
    expect(answer).toMatchObject({ kind: "refused", error: { name: "OutsideAws" } });
    expect(there(await headObject(aws.s3, ref(name))).encryption.algorithm).toBe("AES256");
  });

  test("recognises AWS's own hosts by their names", async () => {
    const given = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
    const wanted = { algorithm: "aws:kms", key: "k", bucketKey: true } as const;
    const hosts: string[] = [];
    const requestHandler = {
      handle: async (request: { hostname: string }) => {
        hosts.push(request.hostname);
        throw new Error("no network");
      },
    };
    const s3 = new S3Client({ ...given, requestHandler, maxAttempts: 1 });
    await updateObjectEncryption(s3, ref("invoices"), wanted, { outsideAws: false, permit });
    expect(hosts).toEqual(["invoices.s3.eu-west-1.amazonaws.com"]);
  });

  test.each([
    ["s3.cn-north-1.amazonaws.com.cn", true],
    ["bucket.vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com", true],
    ["S3.EU-WEST-1.AMAZONAWS.COM", true],
    ["127.0.0.1", false],
    ["minio.example.com", false],
    ["notamazonaws.com", false],
    ["amazonaws.com.example.com", false],
  ])("%s: %s", (host, isAws) => {
    expect(isAwsHost(host)).toBe(isAws);
  });
});
