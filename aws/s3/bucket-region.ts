import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "#aws/error";
import { namedRegion } from "./elsewhere.ts";

/**
 * The Region of a bucket, which HeadBucket returns even with a redirect, a refusal or a signature
 * for another Region; `null` where S3 refuses and does not say.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @throws the SDK's error for any other failure; its status is 404 where there is no such bucket.
 */
export async function bucketRegion(s3: S3Client, account: string, bucket: string): Promise<string | null> {
  try {
    const head = await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return head.BucketRegion ?? null;
  } catch (error) {
    const region = namedRegion(error);
    if (region === null && statusOf(error) !== 403) throw error;
    return region;
  }
}
