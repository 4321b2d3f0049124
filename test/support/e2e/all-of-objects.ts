import {
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { mapPool } from "../../../cli/buckets/pool.ts";
import { customerKey, type Existing } from "./existing-objects.ts";
import type { Story } from "./story.ts";

/** An object as everyone sees it, and the key it is under. */
export interface Seen {
  /** Everything but the encryption: bytes, metadata, tags, ACL, lock, class, ETag, times. */
  readonly rest: string;
  readonly encryption: string;
}

/** Reads everything about objects that an update must leave as it was, by name. */
export async function allOfObjects(
  { root: { s3 } }: Story,
  Bucket: string,
  objects: readonly Existing[],
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  await mapPool(objects, READERS, async ({ key: Key, versionId: VersionId, state }) => {
    const name = { Bucket, Key, VersionId };
    const customer = state === "SSE-C" ? customerKey : {};
    const { $metadata: _, ...head } = await s3.send(new HeadObjectCommand({ ...name, ...customer }));
    const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...others } = head;
    const [tags, acl, bytes] = await Promise.all([
      s3.send(new GetObjectTaggingCommand(name)).catch(missing),
      s3.send(new GetObjectAclCommand(name)).catch(missing),
      isReadable(head.StorageClass) ? bytesOf(s3, { ...name, ...customer }) : null,
    ]);
    const rest = JSON.stringify([others, tags?.TagSet, acl?.Grants, bytes]);
    const encryption = [ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled === true].join(" ");
    seen.set(nameOf(Key, VersionId), { rest, encryption });
  });
  return seen;
}

/** The versions and delete markers of a bucket, in the order of the list. */
export async function versionsOf({ root: { s3 } }: Story, Bucket: string): Promise<readonly string[]> {
  const found: string[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | null = {};
  while (marker !== null) {
    const page: Awaited<ReturnType<typeof listed>> = await listed(marker);
    const { Versions = [], DeleteMarkers = [] } = page;
    for (const { Key, VersionId, IsLatest, ETag, LastModified } of Versions)
      found.push(JSON.stringify([Key, VersionId, IsLatest, ETag, LastModified]));
    for (const { Key, VersionId, IsLatest } of DeleteMarkers) found.push(JSON.stringify([Key, VersionId, IsLatest]));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    marker = page.IsTruncated
      ? { KeyMarker: decodeURIComponent(KeyMarker?.replaceAll("+", " ") ?? ""), VersionIdMarker }
      : null;
  }
  return found;

  function listed(from: object) {
    return s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: "url", ...from }));
  }
}

/** A version's name among those that were read. */
export function nameOf(key: string, versionId: string): string {
  return JSON.stringify([key, versionId]);
}

// --- internal ---

const READERS = 16;

/** The local AWS has neither for a version below a delete marker. */
function missing(error: Error): null {
  if (error.name === "NoSuchKey") return null;
  throw error;
}

function isReadable(storageClass: string | undefined): boolean {
  return storageClass !== "GLACIER" && storageClass !== "DEEP_ARCHIVE";
}

async function bytesOf(s3: Story["root"]["s3"], name: ConstructorParameters<typeof GetObjectCommand>[0]) {
  const { Body } = await s3.send(new GetObjectCommand(name));
  return Body?.transformToString();
}
