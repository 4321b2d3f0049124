import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { keyDetail } from "#core/event/calls";
import { ownEvents } from "../parts/own-events.ts";
import type { Queues } from "../parts/queues.ts";

/**
 * The rule for KMS keys: calls that make a key usable or unusable. They go to the queue of the
 * sweep, since a key concerns many buckets.
 */
export function keyEvents(scope: Construct, queues: Queues): Rule {
  return new Rule(scope, "KeyRule", {
    description: "KMS calls that can make a key usable or unusable",
    eventPattern: {
      ...ownEvents(scope, "aws.kms"),
      detailType: ["AWS API Call via CloudTrail"],
      detail: { ...keyDetail },
    },
    targets: [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })],
  });
}
