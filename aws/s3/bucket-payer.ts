import { GetBucketRequestPaymentCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Payer } from "#core/decide/object/facts";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/**
 * Who pays for requests to a bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function getBucketPayer(s3: S3Client, ref: BucketRef): Promise<Fact<Payer>> {
  const get = new GetBucketRequestPaymentCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact("GetBucketRequestPayment", async () => {
    const { Payer: payer } = await inRegion(ref.region, () => s3.send(get));
    return payer === "Requester" ? payer : "BucketOwner";
  });
}
