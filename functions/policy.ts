import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { readVersion } from "#aws/policy/table";
import { publishAlert } from "#aws/sns/publish-alert";
import { sendLater } from "#aws/sqs/queue";
import { buildPolicyAlert } from "#core/alert/policy";
import { policyChange } from "./policy/change.ts";
import { policyEnvironment } from "./policy/environment.ts";
import { startOfMove } from "./policy/start-of-move.ts";
import { streamChange } from "./policy/stream.ts";
import { clientSettings } from "./runtime/client-settings.ts";
import { correlated } from "./runtime/correlation.ts";
import { logger, metrics } from "./runtime/telemetry.ts";

const settings = policyEnvironment(process.env);
const policies = { dynamodb: new DynamoDBClient(clientSettings), table: settings.POLICY_TABLE };
const sns = new SNSClient(clientSettings);
const sqs = new SQSClient(clientSettings);

/**
 * Follows the policy table: alerts on every move of its pointer, and on every version that was
 * changed behind it. A move has the buckets looked at that it concerns.
 */
export const handler = middy<DynamoDBStreamEvent, void>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (event) => {
    metrics.addMetric("Changes", "Count", event.Records.length);
    for (const record of event.Records) {
      const id = record.eventID ?? `${settings.ACCOUNT_ID}-${record.dynamodb?.SequenceNumber}`;
      await correlated([id], () => report(id, record));
    }
  });

// --- internal ---

/**
 * Alerts on one change of the table, under the id of its record, and has the buckets looked at that
 * a move concerns.
 */
async function report(id: string, record: DynamoDBRecord): Promise<void> {
  const change = await policyChange(streamChange(record), (version, sha256) => readVersion(policies, version, sha256));
  if (change === null) return;
  logger.info("policy changed", { change });
  const { ACCOUNT_ID: account, AWS_REGION: region } = settings;
  const start = startOfMove(change);
  if (start !== null) await sendLater(sqs, settings.SWEEP_QUEUE_URL, start, 0);
  await publishAlert(sns, settings.TOPIC_ARN, buildPolicyAlert({ id, now: Date.now(), account, region, change }));
}
