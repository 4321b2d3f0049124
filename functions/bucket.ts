import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { bucketBatch } from "./bucket/batch.ts";
import { bucketPorts } from "./bucket/ports.ts";
import { notificationDuty } from "./notifications/duty.ts";
import { clientSettings } from "./runtime/client-settings.ts";
import { environment } from "./runtime/environment.ts";
import { logger, metrics } from "./runtime/telemetry.ts";

const settings = environment(process.env);
const sqs = new SQSClient(clientSettings);
const s3 = new S3Client(clientSettings);
const dynamodb = new DynamoDBClient(clientSettings);
const ports = bucketPorts(
  {
    s3,
    kms: new KMSClient(clientSettings),
    dynamodb,
    sns: new SNSClient(clientSettings),
    ssm: new SSMClient(clientSettings),
  },
  settings,
  { now: Date.now, sleep: (milliseconds) => sleep(milliseconds), newId: randomUUID },
);

/** Milliseconds of the function's time kept for saying which messages shall come back. */
const TO_TELL_SQS = 4_000;
const duty = notificationDuty({
  s3,
  ledger: { dynamodb, table: settings.LEDGER_TABLE },
  ports,
  manages: settings.MANAGE_NOTIFICATIONS === "on",
});

/** Takes events about buckets from the queue and reconciles each bucket once. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: SqsSchema }))
  .handler(async (event, context) => {
    const { QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl, ACCOUNT_ID: account } = settings;
    metrics.addMetric("Messages", "Count", event.Records.length);
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TO_TELL_SQS;
    const batch = bucketBatch(event.Records, { ports, sqs, queueUrl, deadLetterQueueUrl, account, deadline, duty });
    return processPartialResponse(event, batch, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    });
  });
