import { GetBucketWebsiteCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * Whether a bucket serves a website from objects of its own: one that redirects every request to
 * another host reads none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function hasWebsite(s3: S3Client, ref: BucketRef): Promise<Fact<boolean>> {
  return bucketFact<boolean>(
    "GetBucketWebsite",
    ref,
    async (of) => {
      const website = await s3.send(new GetBucketWebsiteCommand(of));
      if (website.IndexDocument !== undefined || website.RoutingRules !== undefined) return true;
      if (website.RedirectAllRequestsTo !== undefined) return false;
      throw new Unsaid("S3 does not say what the website serves");
    },
    { NoSuchWebsiteConfiguration: false },
  );
}
