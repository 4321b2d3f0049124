import type { Burst } from "../drill/object-drill.ts";
import { type Price, prices } from "./prices.ts";

/**
 * The function's memory, and KB per ledger write: a window with its samples, or the names of a
 * batch.
 */
const MEMORY_GB = 0.5;
const WRITE_KB = 4;
/** Per message: sent by EventBridge, received and deleted by Lambda ten at a time. */
const REQUESTS_A_MESSAGE = 1 + 0.1 + 0.1;

/**
 * The bill in USD for a million objects like those of a burst, item by item; free items are left
 * out.
 */
export function billOf(burst: Burst): ReadonlyMap<string, number> {
  const { objects, calls } = burst;
  const { source, encryption } = burst.writes;
  const count = (...apis: readonly string[]) => calls.filter(({ api }) => apis.includes(api)).length;
  const of = (name: string) => calls.filter(({ service }) => service === name).length;
  const updates = count("UpdateObjectEncryption");
  const isOffending = encryption !== undefined;
  const messages = source === "S3's events" ? objects : isOffending ? objects + updates : 0;
  const [reads, writes] = [count("GetItem", "Query"), count("PutItem", "UpdateItem", "DeleteItem")];
  const lines: readonly (readonly [string, number])[] = [
    [
      "events",
      source === "S3's events" ? cost(prices.bucketEvent, objects) : cost(prices.dataEvent, objects + updates),
    ],
    ["S3", cost(prices.s3Write, updates) + cost(prices.s3Read, of("s3") - updates)],
    ["KMS", cost(prices.kms, of("kms") + updates)],
    ["SQS", cost(prices.sqs, messages * REQUESTS_A_MESSAGE + of("sqs"))],
    ["Lambda", cost(prices.lambdaRequest, burst.invocations) + cost(prices.lambdaTime, seconds(burst) * MEMORY_GB)],
    ["DynamoDB", cost(prices.dynamodbWrite, writes * WRITE_KB) + cost(prices.dynamodbRead, reads)],
    ["SNS", cost(prices.sns, of("sns"))],
    ["logs", cost(prices.logs, burst.bytes)],
  ];
  return new Map(lines.filter(([, usd]) => usd > 0).map(([name, usd]) => [name, (usd / objects) * 1_000_000]));
}

// --- internal ---

function cost({ usd, per }: Price, count: number): number {
  return (usd / per) * count;
}

function seconds({ duration }: Burst): number {
  return duration / 1000;
}
