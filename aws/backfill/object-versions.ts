import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { unknownOrThrow } from "#aws/error";
import type { ResumePoint } from "#core/backfill/backfill";
import type { ListedVersion } from "#core/backfill/selection";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/** Some versions of a bucket's objects, and where the next ones begin. */
export interface VersionPage {
  /** Without delete markers. */
  readonly versions: readonly ListedVersion[];
  /** `null`: this was the last page. */
  readonly next: ResumePoint | null;
}

/**
 * A page of the versions of a bucket's objects, after a point. Keys come encoded: XML cannot carry
 * every character that a key may have.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function versionPage(
  s3: S3Client,
  { account, bucket }: BucketRef,
  prefix: string,
  point: ResumePoint | null,
): Promise<Fact<VersionPage>> {
  const list = new ListObjectVersionsCommand({
    Bucket: bucket,
    ExpectedBucketOwner: account,
    EncodingType: "url",
    MaxKeys: PAGE,
    ...(prefix === "" ? {} : { Prefix: prefix }),
    ...(point === null
      ? {}
      : { KeyMarker: point.key, ...(point.versionId === null ? {} : { VersionIdMarker: point.versionId }) }),
  });
  try {
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker, EncodingType } = await s3.send(list);
    const versions = Versions.map(({ Key, VersionId, IsLatest, LastModified }) => ({
      key: decoded(Key ?? "", EncodingType),
      versionId: VersionId ?? "null",
      isCurrent: IsLatest === true,
      lastModified: (LastModified ?? new Date(0)).toISOString(),
    }));
    if (IsTruncated !== true) return { known: true, value: { versions, next: null } };
    if (NextKeyMarker === undefined) return { known: false, error: NOWHERE };
    const next = { key: decoded(NextKeyMarker, EncodingType), versionId: NextVersionIdMarker ?? null };
    return { known: true, value: { versions, next } };
  } catch (error) {
    return unknownOrThrow(error, "ListObjectVersions");
  }
}

// --- internal ---

/** Half of what S3 returns at most: a page with its batches is one transaction of the ledger. */
const PAGE = 500;

/** A list that goes on nowhere is no list that has ended. */
const NOWHERE = { name: "NoMarker", message: "ListObjectVersions was cut short, and did not say where to go on" };

/** A key as it is: the answer says whether keys are encoded in it, a space as a plus. */
function decoded(key: string, encoding?: string): string {
  return encoding === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}
