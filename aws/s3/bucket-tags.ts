import { GetBucketTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { nameOf, unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/**
 * A bucket's tags; none and no such bucket are both `{}` (whether the bucket exists, its encryption tells).
 * Works whether or not attribute-based access control is on for the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function getBucketTags(s3: S3Client, ref: BucketRef): Promise<Fact<Readonly<Record<string, string>>>> {
  try {
    const answer = await s3.send(new GetBucketTaggingCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account }));
    return {
      known: true,
      value: Object.fromEntries((answer.TagSet ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
    };
  } catch (error) {
    const name = nameOf(error);
    if (name === "NoSuchTagSet" || name === "NoSuchBucket") return { known: true, value: {} };
    return unknownOrThrow(error, "GetBucketTagging");
  }
}
