import { Stack } from "aws-cdk-lib";
import { CfnTrail } from "aws-cdk-lib/aws-cloudtrail";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Bucket, IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { objectCalls } from "#core/event/calls";
import { accept } from "../parts/accept.ts";
import { accessLogs } from "../parts/access-logs.ts";
import { logBucket } from "../parts/log-bucket.ts";

export interface DataTrailProps {
  readonly stage: string;
  /** Buckets of this stack. Logging what is logged into them would never end. */
  readonly own: readonly IBucket[];
  /** Names of other buckets that are left out. */
  readonly except: readonly string[];
}

/**
 * A trail of this Region that logs exactly the object writes that Bucketseal looks at, in all
 * buckets except the named ones and its own.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export function dataTrail(scope: Construct, { stage, own, except }: DataTrailProps): CfnTrail {
  const { account, region, partition } = Stack.of(scope);
  const logs = logBucket(scope, "DataTrailAccessLogs", "data-trail-logs");
  const bucket = logBucket(scope, "DataTrailBucket", "data-trail");
  accessLogs(bucket, logs);
  accept(logs, "AwsSolutions-S1", "It holds the trail bucket's access logs; logging its own would never end.");
  const trailName = `bucketseal-objects-${stage}`;
  allowTrail(bucket, `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`, account);
  const left = [
    ...[logs, bucket, ...own].map((each) => each.arnForObjects("")),
    ...except.map((name) => `arn:${partition}:s3:::${name}/`),
  ];
  const trail = new CfnTrail(scope, "DataTrail", {
    trailName,
    s3BucketName: bucket.bucketName,
    isLogging: true,
    isMultiRegionTrail: false,
    includeGlobalServiceEvents: false,
    enableLogFileValidation: true,
    advancedEventSelectors: [
      {
        name: "Writes of objects",
        fieldSelectors: [
          { field: "eventCategory", equalTo: ["Data"] },
          { field: "resources.type", equalTo: ["AWS::S3::Object"] },
          { field: "eventName", equalTo: [...objectCalls] },
          { field: "resources.ARN", notStartsWith: left },
        ],
      },
    ],
  });
  if (bucket.policy !== undefined) trail.node.addDependency(bucket.policy);
  return trail;
}

// --- internal ---

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function allowTrail(bucket: Bucket, trailArn: string, account: string): void {
  const allow = (action: string, resource: string, more: Record<string, string> = {}) =>
    bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudtrail.amazonaws.com")],
        actions: [action],
        resources: [resource],
        conditions: { StringEquals: { "aws:SourceArn": trailArn, ...more } },
      }),
    );
  allow("s3:GetBucketAcl", bucket.bucketArn);
  allow("s3:PutObject", bucket.arnForObjects(`AWSLogs/${account}/*`), { "s3:x-amz-acl": "bucket-owner-full-control" });
}
