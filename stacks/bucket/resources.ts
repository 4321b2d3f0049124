import type { Stack } from "aws-cdk-lib";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { HubBus } from "../org/bus.ts";
import { memberEvents } from "../org/member-events.ts";
import type { Lambda } from "../parts/lambda.ts";
import { closeQueue, type Queues, queues } from "../parts/queues.ts";
import { redrive } from "../parts/redrive.ts";
import { arnsOf, ruleRecord } from "../parts/rule-record.ts";
import { BUCKET_TIMEOUT } from "../parts/timeouts.ts";
import { bucketEvents } from "./events.ts";
import { type BucketFunctionProps, bucketFunction } from "./function.ts";

export interface BucketResources extends Lambda {
  readonly queues: Queues;
  readonly rule: Rule;
  /** The rule for calls in members; `null`: there is no organization. */
  readonly memberRule: Rule | null;
  /** What the CLI needs to know about them. */
  readonly deployment: Readonly<Record<string, string>>;
}

/** Everything about buckets: their events, queue and function, and the role for a redrive. */
export function bucketResources(
  stack: Stack,
  props: Omit<BucketFunctionProps, "queues"> & { readonly hub: HubBus | null },
): BucketResources {
  const lines = queues(stack, "Bucket", BUCKET_TIMEOUT);
  const rule = bucketEvents(stack, lines);
  const memberRule = props.hub && memberEvents(stack, "buckets", props.hub, lines);
  const made = bucketFunction(stack, { ...props, queues: lines });
  const redriveRole = redrive(stack, lines);
  closeQueue(lines.events, [made.role.roleArn, redriveRole.roleArn], arnsOf(rule, memberRule));
  closeQueue(lines.deadLetters, [made.role.roleArn], null);
  return {
    ...made,
    queues: lines,
    rule,
    memberRule,
    deployment: {
      redriveRoleArn: redriveRole.roleArn,
      eventQueueUrl: lines.events.queueUrl,
      deadLetterQueueUrl: lines.deadLetters.queueUrl,
      undeliveredQueueUrl: lines.undelivered.queueUrl,
      bucketFunction: made.fn.functionName,
      bucketRoleArn: made.role.roleArn,
      ...ruleRecord("bucketRule", rule),
      ...(memberRule && ruleRecord("memberBucketRule", memberRule)),
    },
  };
}
