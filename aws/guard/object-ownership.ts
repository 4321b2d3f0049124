import { GetBucketOwnershipControlsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * Who owns the objects that are written to a bucket: `BucketOwnerEnforced` turns ACLs off. `null`:
 * buckets without controls are older than 2023 and have ACLs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getObjectOwnership(s3: S3Client, ref: BucketRef): Promise<Fact<string | null>> {
  return bucketFact<string | null>(
    "GetBucketOwnershipControls",
    ref,
    async (of) => {
      const { OwnershipControls: controls } = await s3.send(new GetBucketOwnershipControlsCommand(of));
      const owner = controls?.Rules?.[0]?.ObjectOwnership;
      if (owner === undefined) throw new Unsaid("S3 does not say who owns objects");
      return owner;
    },
    { OwnershipControlsNotFoundError: null },
  );
}
