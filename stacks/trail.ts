import { ReadWriteType, Trail } from "aws-cdk-lib/aws-cloudtrail";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { accept } from "./parts/accept.ts";
import { accessLogs } from "./parts/access-logs.ts";
import { logBucket } from "./parts/log-bucket.ts";

/**
 * A trail of this Region that logs writing management events, for accounts without one: no such
 * event reaches EventBridge otherwise. Returns its buckets. Where another trail logs them too, the
 * second copy of management events costs money.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function trail(scope: Construct): readonly IBucket[] {
  const logs = logBucket(scope, "TrailAccessLogs", "trail-logs");
  const bucket = logBucket(scope, "TrailBucket", "trail");
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
