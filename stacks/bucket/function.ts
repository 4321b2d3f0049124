import { Stack } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions, keyPermissions } from "#aws/kms/permissions";
import { ledgerPermissions } from "#aws/ledger/permissions";
import { accountTagPermissions, ancestorPermissions } from "#aws/organizations/permissions";
import type { Permission } from "#aws/permission";
import { policyReadPermissions } from "#aws/policy/permissions";
import { batchPermissions } from "#aws/runs/permissions";
import { bucketPermissions, notificationPermissions } from "#aws/s3/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { queuePermissions } from "#aws/sqs/permissions";
import { pausePermissions } from "#aws/ssm/permissions";
import { memberPermissions } from "#aws/sts/permissions";
import { memberRoleArn } from "#core/org/names";
import { type LoopProps, loopVariables } from "../loop-environment.ts";
import type { HubOrg } from "../org/hub-org.ts";
import { accept } from "../parts/accept.ts";
import { type Lambda, lambda } from "../parts/lambda.ts";
import { mapping } from "../parts/mapping.ts";
import { FUNCTION_TIMEOUT } from "../parts/timeouts.ts";
import type { SweepQueues } from "../sweep/queues.ts";

export interface BucketFunctionProps extends LoopProps {
  readonly manageNotifications: boolean;
  /** How many days an entry of a bucket's history is kept. */
  readonly historyDays: number;
  readonly sweep: SweepQueues;
  /** How many instances of the function may work for runs over many buckets at once. */
  readonly laneConcurrency: number;
  /** The queue by which windows are backfilled; `null`: there are no backfills. */
  readonly windows: { readonly queue: Queue; readonly waitSeconds: number } | null;
}

/**
 * The function that looks at buckets and repairs their configuration. It has no rights on objects.
 */
export function bucketFunction(stack: Stack, props: BucketFunctionProps): Lambda {
  const { alerts, desired, ledgerTable, queues, sweep, org, windows } = props;
  const lines = [queues, sweep.lane];
  const { account, partition, region } = Stack.of(stack);
  const made = lambda(stack, "BucketFunction", {
    name: "bucket",
    description: "Keeps the encryption of buckets as declared",
    timeout: FUNCTION_TIMEOUT,
    asksItself: true,
    acting: org && { as: "bucket", org },
    permissions: [
      ...bucketPermissions({ partition, account, region }),
      ...hazardPermissions({ partition, account, region }, true),
      ...keyPermissions({ partition, account, region }, "*"),
      ...keyAccessPermissions({ partition, account, region }),
      ...ancestorPermissions(["*"]),
      ...notificationPermissions({ partition, account, region }, { manage: props.manageNotifications }),
      ...policyReadPermissions(desired.policyTable.tableArn),
      ...ledgerPermissions(ledgerTable.tableArn),
      ...batchPermissions(ledgerTable.tableArn),
      ...pausePermissions(desired.pauseArns),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, region),
      ...queuePermissions(
        lines.map(({ events }) => events.queueArn),
        [
          ...lines.flatMap(({ events, deadLetters }) => [events.queueArn, deadLetters.queueArn]),
          sweep.events.queueArn,
          ...(windows === null ? [] : [windows.queue.queueArn]),
        ],
      ),
      ...(org === null ? [] : inOrganization(org, partition)),
    ],
    environment: (role) => ({
      ...loopVariables(props, role),
      LANE_QUEUE_URL: sweep.lane.events.queueUrl,
      LANE_DEAD_LETTER_QUEUE_URL: sweep.lane.deadLetters.queueUrl,
      SWEEP_QUEUE_URL: sweep.events.queueUrl,
      MANAGE_NOTIFICATIONS: props.manageNotifications ? "on" : "off",
      HISTORY_DAYS: String(props.historyDays),
      ...(windows && { BACKFILL_QUEUE_URL: windows.queue.queueUrl, DRIFT_WAIT_SECONDS: String(windows.waitSeconds) }),
    }),
  });
  accept(made.role.node.findChild("Policy"), "AwsSolutions-IAM5", WILDCARDS);
  mapping(stack, "BucketMapping", made.fn, queues.events, { concurrency: props.concurrency });
  mapping(stack, "LaneMapping", made.fn, sweep.lane.events, { concurrency: props.laneConcurrency, batchSize: 5 });
  return made;
}

// --- internal ---

/** What looks at members need beyond the hub: their roles, and what is known of their accounts. */
function inOrganization({ stage, settings }: HubOrg, partition: string): Permission[] {
  return [
    ...memberPermissions(memberRoleArn(stage, settings, "*"), settings.id),
    ...accountTagPermissions([`arn:${partition}:organizations::*:account/${settings.id}/*`]),
  ];
}

const WILDCARDS =
  "Which buckets and keys there are is not known when it is deployed: every bucket of this account, by aws:ResourceAccount, and a look at every key of this Region. " +
  "The account's place in its organization is only listed, and begins with a management account that is not known either.";
