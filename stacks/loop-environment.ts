import { Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Role } from "aws-cdk-lib/aws-iam";
import type { HubOrg } from "./org/hub-org.ts";
import type { Queues } from "./parts/queues.ts";
import type { DesiredState } from "./policy/desired-state.ts";
import type { Alerts } from "./watch/alerts.ts";

/** The resources that a function looking at buckets or objects works with. */
export interface LoopProps {
  readonly alerts: Alerts;
  readonly desired: DesiredState;
  readonly ledgerTable: TableV2;
  readonly queues: Queues;
  /** How many instances of the function may work at once. */
  readonly concurrency: number;
  /** The organization that it acts for; `null`: none. */
  readonly org: HubOrg | null;
}

/** The environment variables of both functions, under the names that they read. */
export function loopVariables({ alerts, desired, ledgerTable, queues }: LoopProps, role: Role): Record<string, string> {
  const { account, partition } = Stack.of(role);
  return {
    ACCOUNT_ID: account,
    POLICY_TABLE: desired.policyTable.tableName,
    LEDGER_TABLE: ledgerTable.tableName,
    TOPIC_ARN: alerts.topic.topicArn,
    PAUSE_PARAMETER: desired.pauseParameter.parameterName,
    QUEUE_URL: queues.events.queueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    OWN_SESSION_PREFIX: `arn:${partition}:sts::${account}:assumed-role/${role.roleName}/`,
    OWN_ROLE_ARN: role.roleArn,
  };
}
