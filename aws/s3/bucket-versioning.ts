import { GetBucketVersioningCommand, type S3Client } from "@aws-sdk/client-s3";
import { unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/**
 * Whether a bucket keeps versions; `Disabled` where it never did.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function getBucketVersioning(
  s3: S3Client,
  ref: BucketRef,
): Promise<Fact<"Enabled" | "Suspended" | "Disabled">> {
  try {
    const { Status } = await s3.send(
      new GetBucketVersioningCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account }),
    );
    return { known: true, value: Status ?? "Disabled" };
  } catch (error) {
    return unknownOrThrow(error, "GetBucketVersioning");
  }
}
