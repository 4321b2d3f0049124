import { GetBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * A bucket's policy; `null` where it has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getBucketPolicy(s3: S3Client, ref: BucketRef): Promise<Fact<PolicyDocument | null>> {
  return bucketFact<PolicyDocument | null>(
    "GetBucketPolicy",
    ref,
    async (of) => {
      const { Policy: text } = await s3.send(new GetBucketPolicyCommand(of));
      if (!text) throw new Unsaid("S3 does not say what the bucket's policy is");
      return readDocument(text);
    },
    { NoSuchBucketPolicy: null },
  );
}
