import { expect, test } from "vitest";
import { sweepInterval } from "#core/stage/sweep-interval";

test.each([
  ["rate(1 day)", 86_400],
  ["rate(12 hours)", 43_200],
  ["rate(5 minutes)", 300],
  ["cron(0 3 * * ? *)", null],
  ["off", null],
])("%s is every %s seconds", (schedule, seconds) => {
  expect(sweepInterval(schedule)).toBe(seconds);
});
