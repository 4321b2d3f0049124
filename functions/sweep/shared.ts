import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { RunScope } from "#aws/runs/items";
import { publishAlert } from "#aws/sns/publish-alert";
import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import type { Ports } from "#core/bucket/ports";
import type { SweepMessage } from "#core/sweep/messages";
import type { JobsOfStage } from "../jobs/jobs-of-stage.ts";
import { accountNames } from "../member/account-names.ts";
import { namedAlerts } from "../member/named-alerts.ts";
import type { SweepOrg } from "../organization/organization.ts";
import { policySource } from "../policy/in-force.ts";
import { neverInTheWay } from "../queue/unsent.ts";
import type { Clock } from "../runtime/clock.ts";
import type { SweepEnvironment } from "./environment.ts";

export interface SweepClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** What the sweep function works with, for as long as its instance lives. */
export interface SweepShared {
  readonly clients: SweepClients;
  readonly settings: SweepEnvironment;
  readonly clock: Clock;
  readonly ledger: Table;
  /** Where it works: at home, or where a message says (`inPlace`). */
  readonly scope: RunScope;
  readonly home: RunScope;
  /** What its messages about this place say of it; empty: it is home. */
  readonly of: { readonly account?: string; readonly region?: string };
  /** `null`: the deployment looks after its own account and Region only. */
  readonly org: SweepOrg | null;
  /** `null`: there is no role for jobs of S3 Batch Operations. */
  readonly jobs: JobsOfStage | null;
  readonly publish: Ports["publish"];
  readonly policy: Ports["policy"];
  /** Sends a message to the function's own queue. */
  readonly later: (message: SweepMessage, seconds: number, hops: number) => Promise<void>;
}

export function sweepShared(
  clients: SweepClients,
  settings: SweepEnvironment,
  clock: Clock,
  org: SweepOrg | null = null,
  jobs: JobsOfStage | null = null,
): SweepShared {
  const { sqs, sns, dynamodb } = clients;
  const { QUEUE_URL: queueUrl } = settings;
  const home = { account: settings.ACCOUNT_ID, region: settings.AWS_REGION };
  const ledger = { dynamodb, table: settings.LEDGER_TABLE };
  const publish = neverInTheWay((alert) => publishAlert(sns, settings.TOPIC_ARN, alert), { sqs, queueUrl });
  return {
    clients,
    settings,
    clock,
    ledger,
    scope: home,
    home,
    of: {},
    org,
    jobs,
    publish: org === null ? publish : namedAlerts(publish, accountNames(ledger, org.settings), clock.now),
    // A version that was changed behind the pointer is told by the functions that write.
    policy: policySource({ dynamodb, table: settings.POLICY_TABLE }, clock.now, async () => undefined),
    later: async (message, seconds, hops) => void (await sendLater(sqs, queueUrl, message, seconds, hops)),
  };
}
