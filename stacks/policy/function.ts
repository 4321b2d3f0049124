import type { Stack } from "aws-cdk-lib";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { policyReadPermissions, streamPermissions } from "#aws/policy/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { startPermissions } from "#aws/sqs/permissions";
import { type Lambda, lambda } from "../parts/lambda.ts";
import { FUNCTION_TIMEOUT } from "../parts/timeouts.ts";
import type { Alerts } from "../watch/alerts.ts";
import type { DesiredState } from "./desired-state.ts";

export interface PolicyFunctionProps {
  readonly alerts: Alerts;
  readonly desired: DesiredState;
  readonly undelivered: Queue;
  /** Where the buckets that a change concerns are asked for. */
  readonly sweep: Queue;
}

/**
 * The function that reports every move of the policy pointer: by whom, and what became weaker or
 * stronger. After 20 attempts a change that it cannot process goes to the queue of undelivered
 * events, so that the changes behind it are reported.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function policyFunction(stack: Stack, props: PolicyFunctionProps): Lambda {
  const { alerts, desired, undelivered, sweep } = props;
  const stream = desired.policyTable.tableStreamArn ?? "";
  const made = lambda(stack, "PolicyFunction", {
    name: "policy",
    description: "Alerts on every change of the desired state",
    timeout: FUNCTION_TIMEOUT,
    permissions: [
      ...policyReadPermissions(desired.policyTable.tableArn),
      ...streamPermissions(stream, undelivered.queueArn),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, stack.region),
      ...startPermissions(sweep.queueArn),
    ],
    environment: () => ({
      ACCOUNT_ID: stack.account,
      POLICY_TABLE: desired.policyTable.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      SWEEP_QUEUE_URL: sweep.queueUrl,
    }),
  });
  new CfnEventSourceMapping(stack, "PolicyMapping", {
    functionName: made.fn.functionName,
    eventSourceArn: stream,
    startingPosition: "TRIM_HORIZON",
    batchSize: 1,
    maximumRetryAttempts: 20,
    destinationConfig: { onFailure: { destination: undelivered.queueArn } },
  }).node.addDependency(made.role);
  return made;
}
