import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import { SqsSchema } from "@aws-lambda-powertools/parser/schemas/sqs";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { areAtRest, atRestBatch } from "./at-rest/batch.ts";
import { readOrg } from "./member/settings.ts";
import { objectBatch } from "./object/batch.ts";
import { objectClients } from "./object/clients.ts";
import { objectEnvironment } from "./object/environment.ts";
import { planeOf } from "./object/plane.ts";
import { objectShared } from "./object/shared.ts";
import { systemClock } from "./runtime/clock.ts";
import { logger, metrics } from "./runtime/telemetry.ts";

/**
 * Milliseconds of the function's time kept for counting results and reporting to SQS what to
 * redeliver.
 */
const TO_RESPOND = 15_000;
/** Milliseconds before that in which no look is started any more. */
const TO_FINISH = 45_000;

const settings = objectEnvironment(process.env);
const plane = planeOf(settings, systemClock.now);
const shared = objectShared(objectClients(plane), settings, systemClock, { plane, org: readOrg(process.env) });

/**
 * Takes events about objects from the queue, looks at each object once and re-encrypts those that
 * differ from what is declared.
 */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: SqsSchema }))
  .handler(async (event, context) => {
    metrics.addMetric("Messages", "Count", event.Records.length);
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TO_RESPOND;
    const time = { id: context.awsRequestId, deadline, startBy: deadline - TO_FINISH };
    const work = areAtRest(event.Records, shared) ? atRestBatch : objectBatch;
    return work(event.Records, shared, time);
  });
