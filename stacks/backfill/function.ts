import type { Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { backfillPermissions, versionListPermissions } from "#aws/backfill/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { countPermissions, queuePermissions } from "#aws/sqs/permissions";
import { accept } from "../parts/accept.ts";
import { type Lambda, lambda } from "../parts/lambda.ts";
import { mapping } from "../parts/mapping.ts";
import { BACKFILL_FUNCTION_TIMEOUT } from "../parts/timeouts.ts";
import type { Alerts } from "../watch/alerts.ts";
import type { BackfillQueues } from "./queues.ts";

export interface BackfillFunctionProps {
  readonly alerts: Alerts;
  readonly ledgerTable: TableV2;
  readonly queues: BackfillQueues;
}

/** The function that lists existing objects. It reads and writes none. */
export function backfillFunction(stack: Stack, { alerts, ledgerTable, queues }: BackfillFunctionProps): Lambda {
  const { partition, account, region } = stack;
  const { events, deadLetters } = queues.backfill;
  const atRest = queues.atRest.events;
  const made = lambda(stack, "BackfillFunction", {
    name: "backfill",
    description: "Starts, lists, steers and ends passes over the existing objects of a bucket",
    timeout: BACKFILL_FUNCTION_TIMEOUT,
    asksItself: true,
    permissions: [
      ...versionListPermissions({ partition, account, region }),
      ...backfillPermissions(ledgerTable.tableArn),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, region),
      ...queuePermissions([events.queueArn], [events.queueArn, deadLetters.queueArn, atRest.queueArn]),
      ...countPermissions(atRest.queueArn),
    ],
    environment: () => ({
      ACCOUNT_ID: account,
      LEDGER_TABLE: ledgerTable.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      QUEUE_URL: events.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      AT_REST_QUEUE_URL: atRest.queueUrl,
    }),
  });
  accept(
    made.role.node.findChild("Policy"),
    "AwsSolutions-IAM5",
    "Which buckets there are is not known when it is deployed: all of this account, by aws:ResourceAccount.",
  );
  mapping(stack, "BackfillMapping", made.fn, events, { concurrency: 2, batchSize: 1 });
  return made;
}
