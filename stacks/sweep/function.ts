import type { Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { jobMemoryPermissions } from "#aws/backfill/permissions";
import { keyPermissions, keyPolicyPermissions } from "#aws/kms/permissions";
import { keyRiskPermissions } from "#aws/ledger/permissions";
import { memberRecordPermissions } from "#aws/members/permissions";
import { accountFactPermissions, accountListPermissions } from "#aws/organizations/permissions";
import type { Permission } from "#aws/permission";
import { policyReadPermissions } from "#aws/policy/permissions";
import { digestPermissions, runPermissions } from "#aws/runs/permissions";
import { listPermissions } from "#aws/s3/permissions";
import { jobEndPermissions } from "#aws/s3control/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { queuePermissions } from "#aws/sqs/permissions";
import { memberPermissions } from "#aws/sts/permissions";
import { memberRoleArn } from "#core/org/names";
import type { BatchResources } from "../batch/resources.ts";
import type { HubOrg } from "../org/hub-org.ts";
import { accept } from "../parts/accept.ts";
import { type Lambda, lambda } from "../parts/lambda.ts";
import { mapping } from "../parts/mapping.ts";
import { SWEEP_FUNCTION_TIMEOUT } from "../parts/timeouts.ts";
import type { DesiredState } from "../policy/desired-state.ts";
import type { Alerts } from "../watch/alerts.ts";
import type { SweepQueues } from "./queues.ts";

export interface SweepFunctionProps {
  readonly alerts: Alerts;
  readonly desired: DesiredState;
  readonly ledgerTable: TableV2;
  readonly queues: SweepQueues;
  /** When the daily digest is sent; `null`: never. */
  readonly digest: string | null;
  /** The organization that it acts for; `null`: none. */
  readonly org: HubOrg | null;
  /** What jobs of S3 Batch Operations need; `null`: there are none. */
  readonly batch: BatchResources | null;
}

/**
 * The function that starts, lists and ends runs over many buckets, and looks at the keys that they
 * depend on. It reads and writes no bucket.
 */
export function sweepFunction(stack: Stack, props: SweepFunctionProps): Lambda {
  const { alerts, desired, ledgerTable, queues, org, batch } = props;
  const { events, deadLetters, lane } = queues;
  const scope = { partition: stack.partition, account: stack.account, region: stack.region };
  const made = lambda(stack, "SweepFunction", {
    name: "sweep",
    description: "Starts, lists and ends runs over many buckets, and looks at the keys that they depend on",
    timeout: SWEEP_FUNCTION_TIMEOUT,
    asksItself: true,
    acting: org && { as: "sweep", org },
    permissions: [
      ...listPermissions(),
      ...keyPermissions(scope, "*"),
      ...keyPolicyPermissions(scope),
      ...policyReadPermissions(desired.policyTable.tableArn),
      ...runPermissions(ledgerTable.tableArn),
      ...(props.digest === null ? [] : digestPermissions(ledgerTable.tableArn)),
      ...keyRiskPermissions(ledgerTable.tableArn),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, stack.region),
      ...queuePermissions([events.queueArn], [events.queueArn, deadLetters.queueArn, lane.events.queueArn]),
      ...(batch === null ? [] : jobEndPermissions(scope, batch.reports.bucketArn)),
      ...(batch === null ? [] : jobMemoryPermissions(ledgerTable.tableArn)),
      ...(org === null ? [] : orgPermissions(org, ledgerTable.tableArn)),
    ],
    environment: () => ({
      ACCOUNT_ID: stack.account,
      POLICY_TABLE: desired.policyTable.tableName,
      LEDGER_TABLE: ledgerTable.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      QUEUE_URL: events.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      LANE_QUEUE_URL: lane.events.queueUrl,
      ...(batch && { BATCH_JOB_ROLE_ARN: batch.role.roleArn, BATCH_REPORT_BUCKET: batch.reports.bucketName }),
    }),
  });
  accept(
    made.role.node.findChild("Policy"),
    "AwsSolutions-IAM5",
    "Listing the account's buckets names no resource, and which keys there are is not known when it is deployed.",
  );
  mapping(stack, "SweepMapping", made.fn, events, { concurrency: 2, batchSize: 1 });
  return made;
}

// --- internal ---

/** Listing the accounts of the organization, and what it needs to know of each. */
function orgPermissions({ stage, settings }: HubOrg, ledgerTableArn: string): Permission[] {
  return [
    ...accountListPermissions(settings.ous !== undefined),
    ...accountFactPermissions(),
    ...memberRecordPermissions(ledgerTableArn),
    ...memberPermissions(memberRoleArn(stage, settings, "*"), settings.id),
  ];
}
