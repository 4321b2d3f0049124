import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { objectDetail } from "#core/event/calls";
import { ownEvents } from "../parts/own-events.ts";
import type { Queues } from "../parts/queues.ts";

export interface ObjectRules {
  readonly created: Rule;
  readonly called: Rule;
}

/**
 * The two sources of events about objects on the default bus, sent to one queue untransformed: a
 * transformer would lose every event whose key has a quote in it. S3's own events come from buckets
 * that send them. CloudTrail's data events come from buckets that a trail logs. Those of our own
 * jobs are left out, each of which would be a million events about objects that were just repaired.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function objectEvents(scope: Construct, queues: Queues, jobRole: Role | null): ObjectRules {
  const targets = () => [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })];
  const created = new Rule(scope, "ObjectCreatedRule", {
    description: "Objects written to buckets that send their events to EventBridge",
    eventPattern: { ...ownEvents(scope), detailType: ["Object Created"] },
    targets: targets(),
  });
  const called = new Rule(scope, "ObjectCalledRule", {
    description: "S3 calls that can encrypt an object differently from its bucket's default",
    eventPattern: {
      ...ownEvents(scope),
      detailType: ["AWS API Call via CloudTrail"],
      detail: { ...objectDetail, ...(jobRole && { userIdentity: notBy(jobRole) }) },
    },
    targets: targets(),
  });
  return { created, called };
}

// --- internal ---

/** Users, services and the root user have no `sessionContext`. */
function notBy(role: Role): object {
  const issuer = (arn: unknown) => ({ sessionContext: { sessionIssuer: { arn: [arn] } } });
  return { $or: [issuer({ "anything-but": [role.roleArn] }), issuer({ exists: false })] };
}
