import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { publishAlert } from "#aws/sns/publish-alert";
import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import type { Backfill } from "#core/backfill/backfill";
import type { Ports } from "#core/bucket/ports";
import { neverInTheWay } from "../queue/unsent.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BackfillEnvironment } from "./environment.ts";

export interface BackfillClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** What the backfill function works with, for as long as its instance lives. */
export interface BackfillShared {
  readonly clients: BackfillClients;
  readonly settings: BackfillEnvironment;
  readonly ledger: Table;
  readonly now: Clock["now"];
  readonly publish: Ports["publish"];
  /** Has the function go on with a backfill later. */
  readonly later: (backfill: Pick<Backfill, "ref" | "id">, seconds: number, hops: number) => Promise<void>;
}

export function backfillShared(
  clients: BackfillClients,
  settings: BackfillEnvironment,
  { now }: Pick<Clock, "now">,
): BackfillShared {
  const { sqs, sns, dynamodb } = clients;
  const { QUEUE_URL: queueUrl } = settings;
  return {
    clients,
    settings,
    now,
    ledger: { dynamodb, table: settings.LEDGER_TABLE },
    publish: neverInTheWay((alert) => publishAlert(sns, settings.TOPIC_ARN, alert), { sqs, queueUrl }),
    later: async ({ ref, id }, seconds, hops) =>
      void (await sendLater(sqs, queueUrl, { schema: "bucketseal.backfill/1", ref, id }, seconds, hops)),
  };
}
