import * as z from "zod";
import { must } from "./fields.ts";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration as it is written, such as `90s`, `10m` or `24h`; parsed, it is in seconds. */
export function duration(field: string, said: string, pattern = /^[0-9]{1,3}[smh]$/) {
  return z.string(must(field, said)).regex(pattern, must(field, said)).transform(secondsOf);
}

/** The seconds of a duration whose form was checked. */
export function secondsOf(text: string): number {
  return Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] as number);
}
