import { GetBucketOwnershipControlsCommand, type S3Client } from "@aws-sdk/client-s3";
import { nameOf, unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/**
 * Whether a bucket's owner owns every object in it, so that there are no ACLs; buckets without controls are from before 2023 and have ACLs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function isOwnerEnforced(s3: S3Client, ref: BucketRef): Promise<Fact<boolean>> {
  try {
    const { OwnershipControls: controls } = await s3.send(
      new GetBucketOwnershipControlsCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account }),
    );
    const [rule] = controls?.Rules ?? [];
    return { known: true, value: rule?.ObjectOwnership === "BucketOwnerEnforced" };
  } catch (error) {
    if (nameOf(error) === "OwnershipControlsNotFoundError") return { known: true, value: false };
    return unknownOrThrow(error, "GetBucketOwnershipControls");
  }
}
