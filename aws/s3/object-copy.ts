import { CopyObjectCommand, type S3Client, type StorageClass } from "@aws-sdk/client-s3";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { ObjectRef } from "#core/names";
import type { ObjectWrite } from "#core/object/ports";
import { inRegion } from "./elsewhere.ts";
import type { ObjectGrants } from "./object-grants.ts";
import { objectWriteRefusal } from "./object-refusal.ts";
import { sendOnce, type WritePermit } from "./send-once.ts";

/**
 * Copies an object onto itself under another encryption, in one call that keeps everything:
 * headers, metadata and tags by S3's own directives, annotations by its default, since a Region
 * that has none may refuse their header; storage class, redirect and grants, which a copy would
 * lose, are sent. The checksum stays because no other is asked for. Both ends are conditional on
 * the ETag that was seen. The source names no version: a successor with equal bytes is then copied
 * itself, not replaced; `sourceVersionId` says which version was copied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function copyOntoItself(
  s3: S3Client,
  object: ObjectRef,
  seen: ObjectFacts,
  wanted: WantedObjectEncryption,
  grants: ObjectGrants,
  permit: WritePermit,
): Promise<ObjectWrite> {
  const { bucket, account } = object.bucket;
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: object.key,
    ExpectedBucketOwner: account,
    IfMatch: seen.etag,
    CopySource: `${bucket}/${object.key.split("/").map(encodeURIComponent).join("/")}`,
    ExpectedSourceBucketOwner: account,
    CopySourceIfMatch: seen.etag,
    MetadataDirective: "COPY",
    TaggingDirective: "COPY",
    StorageClass: seen.storageClass as StorageClass,
    ...(seen.websiteRedirect === undefined ? {} : { WebsiteRedirectLocation: seen.websiteRedirect }),
    ...grants,
    ServerSideEncryption: wanted.algorithm,
    ...(wanted.key === undefined ? {} : { SSEKMSKeyId: wanted.key }),
    ...(wanted.algorithm === "aws:kms" ? { BucketKeyEnabled: wanted.bucketKey } : {}),
  });
  try {
    const answer = await inRegion(object.bucket.region, () => sendOnce(s3, command, permit, COPY_MILLISECONDS));
    return {
      kind: "written",
      ...(answer.VersionId === undefined ? {} : { versionId: answer.VersionId }),
      ...(answer.CopyObjectResult?.ETag === undefined ? {} : { etag: answer.CopyObjectResult.ETag }),
      ...(answer.CopySourceVersionId === undefined ? {} : { sourceVersionId: answer.CopySourceVersionId }),
    };
  } catch (error) {
    return objectWriteRefusal(error, "CopyObject");
  }
}

// --- internal ---

/** A copy takes as long as S3 needs to move up to 5 GB. The function has 300 seconds. */
const COPY_MILLISECONDS = 240_000;
