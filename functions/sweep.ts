import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { jobsOfStage } from "./jobs/jobs-of-stage.ts";
import { readOrg } from "./member/settings.ts";
import { sweepOrg } from "./organization/organization.ts";
import { clientSettings } from "./runtime/client-settings.ts";
import { systemClock } from "./runtime/clock.ts";
import { logger, metrics } from "./runtime/telemetry.ts";
import { sweepBatch } from "./sweep/batch.ts";
import { sweepEnvironment } from "./sweep/environment.ts";
import { sweepShared } from "./sweep/shared.ts";

/** Milliseconds of the function's time kept for reporting to SQS what to redeliver. */
const TO_RESPOND = 4_000;

const clients = {
  s3: new S3Client(clientSettings),
  kms: new KMSClient(clientSettings),
  dynamodb: new DynamoDBClient(clientSettings),
  sns: new SNSClient(clientSettings),
  sqs: new SQSClient(clientSettings),
};
const settings = sweepEnvironment(process.env);
const home = { account: settings.ACCOUNT_ID, region: settings.AWS_REGION };
const org = readOrg(process.env);
const members = org && sweepOrg(org, clients, home, Date.now);
const shared = sweepShared(clients, settings, systemClock, members, jobsOfStage(process.env));

/** Starts, lists and ends runs over many buckets, and looks at the keys that they depend on. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: SqsSchema }))
  .handler(async (event, context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TO_RESPOND;
    return sweepBatch(event.Records, shared, deadline);
  });
