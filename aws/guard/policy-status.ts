import { GetBucketPolicyStatusCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * Whether a bucket's policy lets everybody in, as S3 judges it; `null` where it has no policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getPolicyStatus(s3: S3Client, ref: BucketRef): Promise<Fact<{ readonly isPublic: boolean } | null>> {
  return bucketFact<{ readonly isPublic: boolean } | null>(
    "GetBucketPolicyStatus",
    ref,
    async (of) => {
      const { PolicyStatus: status } = await s3.send(new GetBucketPolicyStatusCommand(of));
      if (status?.IsPublic === undefined) throw new Unsaid("S3 does not say whether the policy is public");
      return { isPublic: status.IsPublic };
    },
    { NoSuchBucketPolicy: null },
  );
}
