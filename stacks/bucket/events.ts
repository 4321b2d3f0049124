import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { Queues } from "../parts/queues.ts";

/** The calls after which a bucket is looked at, by CloudTrail's names. */
export const BUCKET_CALLS: readonly string[] = [
  "CreateBucket",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
  // Whether a bucket sends events about its objects.
  "PutBucketNotification",
];

/**
 * The rule on the default bus: S3 management events that CloudTrail delivers, failed calls left out.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function bucketEvents(scope: Construct, queues: Queues): Rule {
  return new Rule(scope, "BucketRule", {
    description: "S3 calls that may change how a bucket is or should be encrypted",
    eventPattern: {
      source: ["aws.s3"],
      detailType: ["AWS API Call via CloudTrail"],
      detail: {
        eventSource: ["s3.amazonaws.com"],
        eventName: [...BUCKET_CALLS],
        errorCode: [{ exists: false }],
      },
    },
    targets: [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })],
  });
}
