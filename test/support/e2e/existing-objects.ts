import { createHash } from "node:crypto";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { ObjectState } from "../../../cli/backfill/state-of.ts";
import { mapPool } from "../../../cli/buckets/pool.ts";
import { ODD_KEYS } from "../odd-keys.ts";
import { settledBucket } from "./objects.ts";
import { putEncryption, type Story } from "./story.ts";

/** What must become of an object. */
type Fate = "changed" | "held" | "exempt" | "left alone";

/** A version of an object that was there before the backfill. */
export interface Existing {
  readonly key: string;
  readonly versionId: string;
  readonly state: ObjectState;
  readonly fate: Fate;
}

/** The customer's key of every object under SSE-C. */
export const customerKey = (() => {
  const key = Buffer.alloc(32, 7);
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
})();

/**
 * Makes a bucket with objects of every kind: versions and delete markers, locks, SSE-C, DSSE, other
 * keys, archived classes, odd keys, multipart, 0 bytes, tags and ACLs. Most of `count` are plain.
 */
export async function bucketOfExisting(e2e: Story, count: number): Promise<[bucket: string, objects: Existing[]]> {
  const { alice, root, sandbox } = e2e;
  const more = { ObjectLockEnabledForBucket: true, ObjectOwnership: "ObjectWriter" } as const;
  const bucket = await settledBucket(e2e, "objrest", false, more);
  await putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "NONE" });
  await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
  const { KeyMetadata } = await root.kms.send(new CreateKeyCommand({}));
  const other = KeyMetadata?.Arn ?? "";
  const objects: Existing[] = [];
  const put = async (key: string, state: ObjectState, fate: Fate, given: Partial<PutObjectCommandInput> = {}) => {
    const input = { Bucket: bucket, Key: key, Body: `of ${key}`, Metadata: { of: encodeURIComponent(key) }, ...given };
    const { VersionId = "null" } = await alice.s3.send(new PutObjectCommand(input));
    objects.push({ key, versionId: VersionId, state, fate });
  };
  const s3 = { ServerSideEncryption: "AES256" } as const;
  const kms = (key: string, BucketKeyEnabled: boolean) =>
    ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, BucketKeyEnabled }) as const;
  const until = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(Date.now() + DAY) } as const;
  const kinds: readonly ((key: string) => Promise<void>)[] = [
    (key) => put(`${key}/empty`, "SSE-S3", "changed", { ...s3, Body: "" }),
    (key) => put(`${key}/tags`, "SSE-S3", "changed", { ...s3, Tagging: "team=a%2Bb&empty=" }),
    (key) => put(`${key}/acl`, "SSE-S3", "changed", { ...s3, GrantReadACP: SIGNED_IN }),
    (key) => put(`${key}/headers`, "SSE-S3", "changed", { ...s3, ContentType: "text/csv", CacheControl: "no-store" }),
    (key) => put(`${key}/archive`, "SSE-S3", "changed", { ...s3, StorageClass: "DEEP_ARCHIVE" }),
    (key) => put(`${key}/glacier`, "SSE-S3", "changed", { ...s3, StorageClass: "GLACIER" }),
    (key) => put(`${key}/other-key`, "other key", "changed", kms(other, true)),
    (key) => put(`${key}/no-bucket-key`, "bucket key differs", "changed", kms(sandbox.keyArn, false)),
    (key) => put(`${key}/right`, "as declared", "left alone", kms(sandbox.keyArn, true)),
    (key) => put(`tmp/${key}`, "excepted", "exempt", s3),
    (key) => put(`${key}/locked`, "SSE-S3", "held", { ...s3, ...until }),
    (key) => put(`${key}/legal-hold`, "SSE-S3", "held", { ...s3, ObjectLockLegalHoldStatus: "ON" }),
    (key) => put(`${key}/dsse`, "DSSE", "held", { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: other }),
    (key) => put(`${key}/customer`, "SSE-C", "held", customerKey),
    async (key) => {
      await put(`${key}/versions`, "SSE-S3", "changed", s3);
      await put(`${key}/versions`, "other key", "changed", { ...kms(other, false), Body: "newer" });
      await put(`${key}/versions`, "as declared", "left alone", { ...kms(sandbox.keyArn, true), Body: "newest" });
    },
    async (key) => {
      await put(`${key}/deleted`, "SSE-S3", "changed", s3);
      await alice.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${key}/deleted` }));
    },
    async (key) => {
      const name = { Bucket: bucket, Key: `${key}/parts` };
      const { UploadId } = await alice.s3.send(new CreateMultipartUploadCommand({ ...name, ...s3 }));
      const part = { ...name, UploadId, PartNumber: 1 };
      const { ETag } = await alice.s3.send(new UploadPartCommand({ ...part, Body: "of parts" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const done = await alice.s3.send(new CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload }));
      objects.push({ key: name.Key, versionId: done.VersionId ?? "null", state: "SSE-S3", fate: "changed" });
    },
  ];
  await mapPool(kinds, WRITERS, (make) => make("kinds"));
  const rest = Math.max(0, count - ODD_KEYS.length - objects.length);
  const plain = Array.from({ length: rest }, (_, at) => `plain/${String(at).padStart(5, "0")}`);
  await mapPool([...ODD_KEYS, ...plain], WRITERS, (key) => put(key, "SSE-S3", "changed", s3));
  return [bucket, objects];
}

/** How many objects there are of each state or fate. */
export function tallyOf(objects: readonly Existing[], by: "state" | "fate"): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(objects, (each) => each[by])].map(([name, { length }]) => [name, length]));
}

// --- internal ---

/** May read the ACL, not the object. */
const SIGNED_IN = `uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"`;
const DAY = 86_400_000;
const WRITERS = 16;
