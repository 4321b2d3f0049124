import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ReadWriteType, Trail } from "aws-cdk-lib/aws-cloudtrail";
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { accept } from "./parts/accept.ts";
import { accessLogs } from "./parts/access-logs.ts";

/**
 * A trail of this Region that logs writing management events, for accounts without one: no such
 * event reaches EventBridge otherwise. Returns its buckets. Where another trail logs them too, the
 * second copy of management events costs money.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function trail(scope: Construct): readonly IBucket[] {
  const logs = new Bucket(scope, "TrailAccessLogs", KEPT);
  const bucket = new Bucket(scope, "TrailBucket", KEPT);
  accessLogs(bucket, logs);
  accept(logs, "AwsSolutions-S1", "It holds the trail bucket's access logs; logging its own would never end.");
  new Trail(scope, "Trail", {
    bucket,
    managementEvents: ReadWriteType.WRITE_ONLY,
    isMultiRegionTrail: false,
    includeGlobalServiceEvents: false,
    enableFileValidation: true,
  });
  return [bucket, logs];
}

/** A bucket for logs: SSE-S3, which log delivery can always write. */
export const KEPT: BucketProps = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  versioned: true,
  lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) }],
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
};
