import * as z from "zod";
import { secondsOf } from "./duration.ts";
import { must } from "./fields.ts";

/**
 * A point in time as it is written: a date, a date with its time, or a duration back from whenever
 * it is asked. It stays as it is written: what it means depends on when.
 */
export function pointInTime(field: string) {
  const said = must(field, "a date such as 2026-11-01, a time such as 2026-11-01T08:00:00Z, or a duration such as 90d");
  return z.union([z.iso.date(), z.iso.datetime(), z.string().regex(DURATION)], said);
}

/** The milliseconds since the epoch that a point in time means now. */
export function millisecondsOf(written: string, now: number): number {
  return DURATION.test(written) ? now - secondsOf(written) * 1000 : Date.parse(written);
}

// --- internal ---

const DURATION = /^[0-9]{1,5}[smhd]$/;
