import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { jobDetail, SERVICE_EVENT } from "#core/event/calls";
import { ownEvents } from "../parts/own-events.ts";
import type { Queues } from "../parts/queues.ts";

/**
 * The rule for jobs of S3 Batch Operations: those that have ended. They go to the queue of the
 * sweep, which tells of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html
 */
export function jobEvents(scope: Construct, queues: Queues): Rule {
  return new Rule(scope, "JobRule", {
    description: "Jobs of S3 Batch Operations that have ended",
    eventPattern: {
      ...ownEvents(scope),
      detailType: [SERVICE_EVENT],
      detail: { ...jobDetail },
    },
    targets: [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })],
  });
}
