import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { bucketDetail, keyDetail } from "#core/event/calls";
import { hubRuleName } from "#core/org/names";
import type { Queues } from "../parts/queues.ts";
import type { HubBus } from "./bus.ts";

/**
 * A rule on the hub's bus: the calls that the rule for the own account takes, from members. What a
 * member sends cannot be forged: only services put events whose source begins with `aws.`, and
 * EventBridge sets the account and the Region that they came from. Events of any other source match
 * no rule.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
export function memberEvents(scope: Construct, about: "buckets" | "keys", { bus, org }: HubBus, queues: Queues): Rule {
  const { id, description, source, detail } = RULES[about];
  return new Rule(scope, id, {
    eventBus: bus,
    // Ref is BUS|RULE on a bus that is not the default one; its name is needed by itself.
    ruleName: hubRuleName(org.stage, about),
    description,
    eventPattern: {
      source: [source],
      region: [...org.settings.regions],
      detailType: ["AWS API Call via CloudTrail"],
      detail: { ...detail },
    },
    targets: [new SqsQueue(queues.events, { deadLetterQueue: queues.undelivered })],
  });
}

// --- internal ---

const RULES = {
  buckets: {
    id: "MemberBucketRule",
    description: "S3 calls in members that can change a bucket's encryption or which rule applies to it",
    source: "aws.s3",
    detail: bucketDetail,
  },
  keys: {
    id: "MemberKeyRule",
    description: "KMS calls in members that can make a key usable or unusable",
    source: "aws.kms",
    detail: keyDetail,
  },
} as const;
