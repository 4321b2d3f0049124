import { GetBucketAclCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { BucketGrant } from "#core/guard/bucket-facts";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * The grants of a bucket's ACL; where the bucket's owner is enforced they are the owner's own.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getBucketAcl(s3: S3Client, ref: BucketRef): Promise<Fact<readonly BucketGrant[]>> {
  return bucketFact("GetBucketAcl", ref, async (of) => {
    const { Grants: grants } = await s3.send(new GetBucketAclCommand(of));
    if (grants === undefined) throw new Unsaid("S3 does not say who has grants");
    return grants.map(({ Grantee: to, Permission: permission = "FULL_CONTROL" }) => ({
      grantee: to?.URI ?? to?.ID ?? "",
      permission,
    }));
  });
}
