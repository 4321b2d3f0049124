import { Aws, Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * A bucket for logs: SSE-S3, which log delivery can always write. Its name begins with
 * `bucketseal-`, by which the functions know it as infrastructure, and ends in the id of this very
 * stack, so that a stack deployed again does not meet the bucket that the last one left behind.
 *
 * @param name - at most 15 characters: a bucket's name has 63
 */
export function logBucket(scope: Construct, id: string, name: string): Bucket {
  const stackId = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  return new Bucket(scope, id, {
    bucketName: `bucketseal-${name}-${stackId}`,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) }],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
