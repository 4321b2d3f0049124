import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "#aws/error";

/**
 * The Region of a bucket, which HeadBucket returns even with a redirect or a refusal; `null` where
 * S3 does not say.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @throws the SDK's error for any other failure; its status is 404 where there is no such bucket.
 */
export async function bucketRegion(s3: S3Client, account: string, bucket: string): Promise<string | null> {
  try {
    const head = await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return head.BucketRegion ?? null;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || (status !== 403 && status >= 400)) throw error;
    return regionOf(error);
  }
}

// --- internal ---

function regionOf(error: unknown): string | null {
  const { $response } = error as { readonly $response?: { readonly headers?: Readonly<Record<string, string>> } };
  return $response?.headers?.["x-amz-bucket-region"] ?? null;
}
