import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { backfillBatch } from "./backfill/batch.ts";
import { backfillEnvironment } from "./backfill/environment.ts";
import { backfillShared } from "./backfill/shared.ts";
import { clientSettings } from "./runtime/client-settings.ts";
import { systemClock } from "./runtime/clock.ts";
import { logger, metrics } from "./runtime/telemetry.ts";

/** Milliseconds of the function's time kept for reporting to SQS what to redeliver. */
const TO_RESPOND = 4_000;

const clients = {
  s3: new S3Client(clientSettings),
  dynamodb: new DynamoDBClient(clientSettings),
  sns: new SNSClient(clientSettings),
  sqs: new SQSClient(clientSettings),
};
const shared = backfillShared(clients, backfillEnvironment(process.env), systemClock);

/** Starts, lists, steers and ends passes over the existing objects of a bucket. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: SqsSchema }))
  .handler(async (event, context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TO_RESPOND;
    return backfillBatch(event.Records, shared, deadline);
  });
