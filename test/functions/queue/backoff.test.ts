import { expect, test } from "vitest";
import { backoff } from "../../../functions/queue/backoff.ts";

test("a failed message is redelivered soon at first, and retried for most of an hour in all", () => {
  const waits = Array.from({ length: 11 }, (_, index) => backoff(index + 1));
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600]);
  expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(45 * 60);
});

test("a missing receive count is taken for the first receive", () => {
  expect(backoff(0)).toBe(5);
});
