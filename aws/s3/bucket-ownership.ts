import { GetBucketOwnershipControlsCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/**
 * Whether a bucket's owner owns every object in it, which turns ACLs off. Buckets without controls
 * are older than 2023 and have ACLs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function isOwnerEnforced(s3: S3Client, ref: BucketRef): Promise<Fact<boolean>> {
  const get = new GetBucketOwnershipControlsCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact<boolean>(
    "GetBucketOwnershipControls",
    async () => {
      const { OwnershipControls: controls } = await inRegion(ref.region, () => s3.send(get));
      const [rule] = controls?.Rules ?? [];
      return rule?.ObjectOwnership === "BucketOwnerEnforced";
    },
    { OwnershipControlsNotFoundError: false },
  );
}
