import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from "@aws-sdk/client-s3";
import { orRetryable } from "#aws/error";
import type { BucketRef } from "#core/names";

/** A list of objects for a job, as it was stored: the job refuses any other one in its place. */
export interface StoredManifest {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  /** Whether each row names a version; else it means whatever is current. */
  readonly hasVersions: boolean;
}

/** A list of objects to be stored. */
export interface ManifestContent {
  readonly body: NonNullable<PutObjectCommandInput["Body"]>;
  /** Bytes. */
  readonly size: number;
}

/** A row of a list of objects: keys are percent-encoded, and the file has no header. */
export function manifestRow({ bucket }: BucketRef, key: string, versionId: string | null): string {
  const encoded = key.split("/").map(encodeURIComponent).join("/");
  return `${bucket},${encoded}${versionId === null ? "" : `,${versionId}`}\n`;
}

/**
 * Stores a list of objects under SSE-S3: a job cannot read a list in CSV that is under a KMS key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html#specify-batchjob-manifest
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function putManifest(
  s3: S3Client,
  { account }: BucketRef,
  to: Omit<StoredManifest, "etag">,
  { body, size }: ManifestContent,
): Promise<StoredManifest> {
  const { ETag = "" } = await orRetryable("PutObject", () =>
    s3.send(
      new PutObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        Body: body,
        ContentLength: size,
        ContentType: "text/csv",
        ServerSideEncryption: "AES256",
        ExpectedBucketOwner: account,
      }),
    ),
  );
  return { ...to, etag: ETag };
}
