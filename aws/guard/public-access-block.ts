import { GetPublicAccessBlockCommand, type PublicAccessBlockConfiguration, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { PublicAccessBlock } from "#core/guard/bucket-facts";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * The bucket's own settings; the account's may close more (account-public-access.ts), never less.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getPublicAccessBlock(s3: S3Client, ref: BucketRef): Promise<Fact<PublicAccessBlock>> {
  return bucketFact(
    "GetPublicAccessBlock",
    ref,
    async (of) => {
      const answer = await s3.send(new GetPublicAccessBlockCommand(of));
      return blockOf(answer.PublicAccessBlockConfiguration);
    },
    { NoSuchPublicAccessBlockConfiguration: { ignorePublicAcls: false, restrictPublicBuckets: false } },
  );
}

/** @throws Unsaid if S3 says nothing */
export function blockOf(set: PublicAccessBlockConfiguration | undefined): PublicAccessBlock {
  if (set === undefined) throw new Unsaid("S3 does not say how public access is blocked");
  return {
    ignorePublicAcls: set.IgnorePublicAcls === true,
    restrictPublicBuckets: set.RestrictPublicBuckets === true,
  };
}
