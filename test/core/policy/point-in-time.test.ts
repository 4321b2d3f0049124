import { expect, test } from "vitest";
import { millisecondsOf } from "#core/policy/point-in-time";

const now = Date.parse("2026-11-28T08:00:00.000Z");

test.each([
  ["2026-11-01", "2026-11-01T00:00:00.000Z"],
  ["2026-11-01T08:30:00Z", "2026-11-01T08:30:00.000Z"],
  ["90s", "2026-11-28T07:58:30.000Z"],
  ["24h", "2026-11-27T08:00:00.000Z"],
  ["90d", "2026-08-30T08:00:00.000Z"],
])("%s is %s", (written, time) => {
  expect(new Date(millisecondsOf(written, now)).toISOString()).toBe(time);
});
