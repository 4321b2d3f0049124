import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { bucketDetail } from "#core/event/calls";
import { ownEvents } from "../parts/own-events.ts";
import type { Queues } from "../parts/queues.ts";

/** The rule on the default bus: S3 management events that CloudTrail delivers. */
export function bucketEvents(scope: Construct, queues: Queues): Rule {
  return new Rule(scope, "BucketRule", {
    description: "S3 calls that can change a bucket's encryption or which rule applies to it",
    eventPattern: {
      ...ownEvents(scope),
      detailType: ["AWS API Call via CloudTrail"],
      detail: { ...bucketDetail },
    },
    targets: [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })],
  });
}
