import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { correlated, correlation } from "../../../functions/runtime/correlation.ts";
import { logger } from "../../../functions/runtime/telemetry.ts";

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
