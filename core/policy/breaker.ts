import * as z from "zod";
import { duration } from "./duration.ts";
import { fields, must } from "./fields.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const writesSaid = must("writes", "a whole number from 1 to 20");

/** How much of a fight about one bucket is taken up. */
export const breakerSchema = fields("breaker", {
  writes: z
    .int(writesSaid)
    .min(1, writesSaid)
    .max(20, writesSaid)
    .default(3)
    .describe("After so many verified writes of one bucket within the time, Bucketseal stops writing it."),
  within: limited("within", 60, HOUR, "a duration from 1m to 1h such as 10m")
    .prefault("10m")
    .describe("The time in which they count. From 1m to 1h."),
  coolDown: limited("coolDown", 60, DAY, "a duration from 1m to 24h such as 10m")
    .prefault("10m")
    .describe(
      "How long it stops before one trial; doubled after each trial that is undone, up to a day. From 1m to 24h.",
    ),
})
  .optional()
  .describe("When to stop writing a bucket that somebody keeps changing back. Default: 3 writes in 10m.");

/** How long the like of an alert is counted instead of sent. */
export const foldSchema = limited("fold", 0, DAY, "a duration of at most 24h such as 10m, or 0s")
  .optional()
  .describe(
    "How long an alert that repeats another (the same bucket, rule and actor, and no worse) is counted instead of sent; then they are told in one. Default: 10m. 0s: each is sent. At most 24h.",
  );

// --- internal ---

function limited(field: string, least: number, most: number, said: string) {
  return duration(field, said).refine((seconds) => seconds >= least && seconds <= most, {
    error: `${field} must be ${said}`,
  });
}
