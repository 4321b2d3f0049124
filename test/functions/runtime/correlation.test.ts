import { setTimeout as sleep } from "node:timers/promises";
import type { SQSRecord } from "aws-lambda";
import { afterEach, expect, test, vi } from "vitest";
import { correlated, correlation } from "../../../functions/runtime/correlation.ts";
import { logger } from "../../../functions/runtime/telemetry.ts";
import { sweepBatch } from "../../../functions/sweep/batch.ts";
import type { SweepShared } from "../../../functions/sweep/shared.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("every line of a look names its event; looks at the same time do not mix theirs", async () => {
  const lines: { message: string; correlation?: string[] }[] = [];
  vi.spyOn(console, "info").mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  logger.setLogLevel("INFO");
  const look = (id: string, milliseconds: number) =>
    correlated([id], async () => {
      logger.info("begun", { id });
      await sleep(milliseconds);
      logger.info("ended", { id });
    });
  logger.info("before");
  await Promise.all([look("a", 20), look("b", 5), look("c", 10)]);
  expect(lines.map(({ message, correlation: ids }) => [message, ids])).toEqual([
    ["before", undefined],
    ["begun", ["a"]],
    ["begun", ["b"]],
    ["begun", ["c"]],
    ["ended", ["b"]],
    ["ended", ["c"]],
    ["ended", ["a"]],
  ]);
  expect(correlation()).toEqual([]);
});

test("every line of the sweep function names the run, or else the message", async () => {
  const ids: (readonly string[])[] = [];
  vi.spyOn(logger, "error").mockImplementation(() => void ids.push(correlation()));
  const shared = {
    clients: { sqs: { send: () => Promise.resolve({}) } },
    settings: { QUEUE_URL: "https://queue", DEAD_LETTER_QUEUE_URL: "https://dead-letters" },
    ledger: { dynamodb: { send: () => Promise.reject(new Error("the ledger is away")) }, table: "ledger" },
    scope: { account: "111122223333", region: "us-east-1" },
  } as unknown as SweepShared;
  const record = (messageId: string, body: object) =>
    ({ messageId, body: JSON.stringify(body), attributes: { ApproximateReceiveCount: "1" } }) as unknown as SQSRecord;
  const records = [
    record("m-1", { schema: "bucketseal.close/1", run: "run-7" }),
    record("m-2", { schema: "bucketseal.start/1", kind: "sweep", by: "alice" }),
  ];
  const { batchItemFailures } = await sweepBatch(records, shared, Date.now() + 10_000);
  expect(batchItemFailures).toHaveLength(2);
  expect(ids).toEqual([["run-7"], ["m-2"]]);
});
