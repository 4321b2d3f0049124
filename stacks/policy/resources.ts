import type { Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { BucketResources } from "../bucket/resources.ts";
import type { Lambda } from "../parts/lambda.ts";
import { closeQueue } from "../parts/queues.ts";
import { arnsOf } from "../parts/rule-record.ts";
import type { Alerts } from "../watch/alerts.ts";
import type { DesiredState } from "./desired-state.ts";
import { policyFunction } from "./function.ts";

export interface PolicyResources extends Lambda {
  /** What the CLI needs to know about them. */
  readonly deployment: Readonly<Record<string, string>>;
}

/**
 * Everything about changes of the desired state: the function that reports them. A change that it
 * cannot process goes to the buckets' queue of undelivered events, which is why that queue is
 * closed here.
 */
export function policyResources(
  stack: Stack,
  props: {
    readonly alerts: Alerts;
    readonly desired: DesiredState;
    readonly buckets: BucketResources;
    readonly sweep: Queue;
  },
): PolicyResources {
  const { alerts, desired, buckets, sweep } = props;
  const { undelivered } = buckets.queues;
  const made = policyFunction(stack, { alerts, desired, undelivered, sweep });
  closeQueue(undelivered, [made.role.roleArn], arnsOf(buckets.rule, buckets.memberRule));
  return {
    ...made,
    deployment: { policyFunction: made.fn.functionName, policyRoleArn: made.role.roleArn },
  };
}
