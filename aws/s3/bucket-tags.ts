import { GetBucketTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/**
 * A bucket's tags; `{}` where it has none, and where it does not exist (its encryption says that).
 * Works with and without attribute-based access control on the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function getBucketTags(s3: S3Client, ref: BucketRef): Promise<Fact<Readonly<Record<string, string>>>> {
  const get = new GetBucketTaggingCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact<Readonly<Record<string, string>>>(
    "GetBucketTagging",
    async () => {
      const { TagSet: tags = [] } = await inRegion(ref.region, () => s3.send(get));
      return Object.fromEntries(tags.map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
    },
    { NoSuchTagSet: {}, NoSuchBucket: {} },
  );
}
