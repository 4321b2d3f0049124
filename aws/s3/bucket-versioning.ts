import { GetBucketVersioningCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/**
 * Whether a bucket keeps versions; `Disabled` where it never did.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function getBucketVersioning(
  s3: S3Client,
  ref: BucketRef,
): Promise<Fact<"Enabled" | "Suspended" | "Disabled">> {
  const get = new GetBucketVersioningCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact("GetBucketVersioning", async () => (await inRegion(ref.region, () => s3.send(get))).Status ?? "Disabled");
}
