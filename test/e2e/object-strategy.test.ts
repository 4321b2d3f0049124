import { type HeadObjectCommandOutput, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { objectCreated } from "../events/object.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { keyOf, newKey, otherAccount } from "../support/e2e/keys.ts";
import {
  bytesOf,
  control,
  headOf,
  objectsReported,
  objectWrites,
  policyKnown,
  sendObjectEvents,
  settledBucket,
  type Versioning,
  version,
} from "../support/e2e/objects.ts";
import { newBucket, story } from "../support/e2e/story.ts";

/** Every row of the strategy table that writes, in every state of versioning, by both sources. */
const e2e = story();
const { alice, sandbox } = e2e;
let alerts: Alerts;
let otherKey: string;

beforeAll(async () => {
  const [heard, key] = await Promise.all([listen(e2e), newKey(alice), policyKnown()]);
  [alerts, otherKey] = [heard, key];
});

interface Written {
  readonly key: string;
  readonly head: HeadObjectCommandOutput;
}

type Upload = Partial<ConstructorParameters<typeof PutObjectCommand>[0]>;

/** Objects that can be updated: no byte moves, so archived classes are no obstacle. */
const updated: readonly (readonly [what: string, upload: () => Upload])[] = [
  ["under SSE-S3", () => ({ ServerSideEncryption: "AES256" })],
  ["under another key", () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: otherKey, BucketKeyEnabled: true })],
  [
    "without a bucket key",
    () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: false }),
  ],
  ["archived", () => ({ ServerSideEncryption: "AES256", StorageClass: "GLACIER" })],
  ["archived deeply, under another key", () => ({ ...archived, SSEKMSKeyId: otherKey })],
];
const archived = { ServerSideEncryption: "aws:kms", StorageClass: "DEEP_ARCHIVE" } as const;

const states = ["unversioned", "versioned", "suspended"] as const satisfies readonly Versioning[];

/** Noncurrent versions are updated like current ones. */
const OLD = "under SSE-S3";

describe.concurrent.each([
  ["S3's events", "objs3", true],
  ["data events", "objdata", false],
] as const)("objects that are seen by %s", (_, prefix, sendsEvents) => {
  test.concurrent.each(states)(
    "are updated in place in an %s bucket, every version, and nothing else of them changes",
    async (state) => {
      const bucket = await settledBucket(e2e, prefix, sendsEvents);
      if (state !== "unversioned") await version(alice, bucket, "versioned");
      const old = state === "unversioned" ? [] : [await put(bucket, OLD, { ServerSideEncryption: "AES256" })];
      await version(alice, bucket, state);
      const written = await Promise.all(updated.map(([key, upload]) => put(bucket, key, upload())));
      const all = [...old, ...written];
      await objectsReported(alerts, bucket, "changed", all.length);
      for (const { key, head } of all) {
        const now = await headOf(alice, bucket, key, versionOf(head));
        expect(now).toMatchObject({
          ServerSideEncryption: "aws:kms",
          SSEKMSKeyId: sandbox.keyArn,
          BucketKeyEnabled: true,
        });
        expect(restOf(now), key).toEqual(restOf(head));
      }
      expect(await bytesOf(alice, bucket, OLD)).toBe(`the bytes ${OLD}`);
      expect(await versionsIn(bucket)).toHaveLength(all.length);
      const writes = await objectWrites(e2e, bucket);
      expect(writes.map(({ api }) => api)).toEqual(all.map(() => "UpdateObjectEncryption"));
    },
  );
});

const copied: readonly (readonly [what: string, upload: () => Upload])[] = [
  ["under SSE-S3", () => ({ ServerSideEncryption: "AES256" })],
  ["under KMS", () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn })],
  ["under DSSE with another key", () => ({ ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: otherKey })],
];

describe.concurrent.each([
  ["S3's events", "objcopys3", true],
  ["data events", "objcopy", false],
] as const)("objects that are seen by %s and copied to DSSE", (_, prefix, sendsEvents) => {
  test.concurrent.each(states)("keep their bytes in an %s bucket, and no version is lost", async (state) => {
    const bucket = await settledBucket(e2e, prefix, sendsEvents);
    if (state === "suspended") await version(alice, bucket, "versioned");
    await version(alice, bucket, state);
    const written = await Promise.all(copied.map(([key, upload]) => put(bucket, key, upload())));
    const found = await objectsReported(alerts, bucket, "changed", written.length);
    for (const { key, head } of written) {
      const now = await headOf(alice, bucket, key);
      expect(now).toMatchObject({ ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: sandbox.keyArn });
      expect(now.ContentLength).toBe(head.ContentLength);
      expect(await bytesOf(alice, bucket, key)).toBe(`the bytes ${key}`);
      if (state === "versioned") expect(await headOf(alice, bucket, key, versionOf(head))).toMatchObject(said(head));
    }
    const remaining = state === "versioned" ? written.length : 0;
    expect(await versionsIn(bucket)).toHaveLength(written.length + remaining);
    const left = found.reduce((sum, { objects }) => sum + (objects?.reasons["old-version-remains"] ?? 0), 0);
    expect(left).toBe(remaining);
    const writes = await objectWrites(e2e, bucket);
    expect(writes.map(({ api }) => api)).toEqual(written.map(() => "CopyObject"));
  });
});

/** Other pairs that an update does not support, each where the rule allows a copy. */
const pairs: readonly (readonly [what: string, prefix: string, upload: () => Upload, wanted: () => Upload])[] = [
  [
    "KMS to SSE-S3",
    "objaes",
    () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: otherKey }),
    () => ({ ServerSideEncryption: "AES256" }),
  ],
  [
    "DSSE to SSE-S3",
    "objaes",
    () => ({ ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: otherKey }),
    () => ({ ServerSideEncryption: "AES256" }),
  ],
  [
    "DSSE to KMS",
    "objfromdsse",
    () => ({ ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: sandbox.keyArn }),
    () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn }),
  ],
];

test.concurrent.each(pairs)("an object is copied from %s where the rule says so", async (_, prefix, upload, wanted) => {
  const bucket = await newBucket(alice, prefix);
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "k", Body: "the bytes", ...upload() }));
  await objectsReported(alerts, bucket, "changed");
  const { ServerSideEncryption, SSEKMSKeyId } = await headOf(alice, bucket, "k");
  expect({ ServerSideEncryption, SSEKMSKeyId }).toEqual(wanted());
  expect(await bytesOf(alice, bucket, "k")).toBe("the bytes");
  expect(await objectWrites(e2e, bucket)).toMatchObject([{ api: "CopyObject", status: 200 }]);
});

test.concurrent("an object is copied from SSE-S3 to a key of another account", async () => {
  const { root: other, Policy } = otherAccount(e2e);
  const key = await keyOf(other, "e2e-shared", { Policy });
  const bucket = await settledBucket(e2e, "objshared");
  await alice.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: "k", Body: "the bytes", ServerSideEncryption: "AES256" }),
  );
  await objectsReported(alerts, bucket, "changed");
  const after = await headOf(alice, bucket, "k");
  expect(after).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, BucketKeyEnabled: true });
  expect(await bytesOf(alice, bucket, "k")).toBe("the bytes");
  expect(await objectWrites(e2e, bucket)).toMatchObject([{ api: "CopyObject", status: 200 }]);
});

test.concurrent("an object from before 2023, which is not encrypted at all, is copied", async () => {
  const { account, region } = sandbox;
  const bucket = await settledBucket(e2e, "objunseen");
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "k", Body: "the bytes" }));
  await control(e2e, "unencrypted", { bucket, key: "k" });
  expect(await headOf(alice, bucket, "k")).not.toHaveProperty("ServerSideEncryption");
  const detail = { bucket: { name: bucket } };
  await sendObjectEvents(e2e, [objectCreated("k", { detail, envelope: { account, region } })]);
  await objectsReported(alerts, bucket, "changed");
  const after = await headOf(alice, bucket, "k");
  expect(after).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: true });
  expect(await bytesOf(alice, bucket, "k")).toBe("the bytes");
  expect(await objectWrites(e2e, bucket)).toMatchObject([{ api: "CopyObject", status: 200 }]);
});

test.concurrent("an object with a stronger encryption that the rule accepts is left alone", async () => {
  const bucket = await settledBucket(e2e, "objaccept");
  const upload = { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: sandbox.keyArn } as const;
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "stronger", Body: "x", ...upload }));
  const before = await headOf(alice, bucket, "stronger");
  await alice.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: "weaker", Body: "x", ServerSideEncryption: "AES256" }),
  );
  const [alert] = await objectsReported(alerts, bucket, "changed");
  expect(alert?.objects?.counts).toEqual({ changed: 1 });
  expect(restOf(await headOf(alice, bucket, "stronger"))).toEqual(restOf(before));
  expect(await objectWrites(e2e, bucket)).toMatchObject([{ api: "UpdateObjectEncryption", key: "weaker" }]);
});

/**
 * Writes an object; its ETag and version are those of the response, since it may be repaired before
 * the first read.
 */
async function put(Bucket: string, key: string, upload: Upload): Promise<Written> {
  const answer = await alice.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: `the bytes ${key}`, ...upload }));
  const head = await headOf(alice, Bucket, key, versionOf(answer));
  return { key, head: { ...head, ETag: answer.ETag } };
}

/** Everything that HeadObject returns beside the encryption. */
function restOf(head: HeadObjectCommandOutput): object {
  const { $metadata: _, ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest } = head;
  return rest;
}

function said({ $metadata: _, ...head }: HeadObjectCommandOutput): object {
  return head;
}

function versionOf({ VersionId }: Pick<HeadObjectCommandOutput, "VersionId">): { readonly VersionId?: string } {
  return VersionId === undefined ? {} : { VersionId };
}

async function versionsIn(Bucket: string): Promise<readonly unknown[]> {
  const { Versions = [] } = await alice.s3.send(new ListObjectVersionsCommand({ Bucket }));
  return Versions;
}
