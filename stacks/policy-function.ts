import type { Stack } from "aws-cdk-lib";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { alertPermissions, policyReadPermissions, streamPermissions } from "#aws/permissions";
import type { Alerts } from "./alerts.ts";
import type { DesiredState } from "./desired-state.ts";
import { type Lambda, lambda } from "./lambda.ts";
import { FUNCTION_TIMEOUT } from "./timeouts.ts";

/** The function that tells of every move of the policy pointer: who, and what became weaker or stronger. */
export function policyFunction(stack: Stack, props: { alerts: Alerts; desired: DesiredState }): Lambda {
  const { alerts, desired } = props;
  const stream = desired.policyTable.tableStreamArn ?? "";
  const made = lambda(stack, "PolicyFunction", {
    name: "policy",
    description: "Tells of every change of the desired state",
    timeout: FUNCTION_TIMEOUT,
    permissions: [
      ...policyReadPermissions(desired.policyTable.tableArn),
      ...streamPermissions(stream),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, stack.region),
    ],
    environment: () => ({
      ACCOUNT_ID: stack.account,
      POLICY_TABLE: desired.policyTable.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
    }),
  });
  new CfnEventSourceMapping(stack, "PolicyMapping", {
    functionName: made.fn.functionName,
    eventSourceArn: stream,
    startingPosition: "TRIM_HORIZON",
    batchSize: 1,
    maximumRetryAttempts: 20,
    bisectBatchOnFunctionError: false,
  }).node.addDependency(made.role);
  return made;
}
