import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { bucketBatch } from "./bucket/batch.ts";
import { bucketEnvironment } from "./bucket/environment.ts";
import { bucketShared } from "./bucket/shared.ts";
import { lateSessions } from "./member/late-sessions.ts";
import { readOrg } from "./member/settings.ts";
import { loopClients } from "./runtime/clients.ts";
import { systemClock } from "./runtime/clock.ts";
import { logger, metrics } from "./runtime/telemetry.ts";

/** Milliseconds of the function's time kept for reporting to SQS what to redeliver. */
const TO_RESPOND = 4_000;

const org = readOrg(process.env);
const acting = { org, sessions: org === null ? null : lateSessions(org, Date.now) };
const shared = bucketShared(loopClients(), bucketEnvironment(process.env), systemClock, acting);

/** Takes events about buckets from the queue and reconciles each bucket once. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: SqsSchema }))
  .handler(async (event, context) => {
    metrics.addMetric("Messages", "Count", event.Records.length);
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TO_RESPOND;
    return bucketBatch(event.Records, shared, deadline);
  });
