import { safe } from "#core/safe";
import { CliError } from "../error.ts";

/** The flag of commands that look back. */
export const sinceArg = (standard: string) =>
  ({
    type: "string",
    valueHint: "TIME",
    description: `how far to look back: 90m, 24h, 7d, a date or an ISO 8601 time (default ${standard})`,
  }) as const;

/**
 * The time (ISO 8601) that `--since` names.
 * @throws CliError if the text is no time, or one to come
 */
export function sinceOf(text: string, now: number): string {
  const span = spanOf(text);
  const time = span === null ? timeOf(text) : now - span;
  if (time === null || Number.isNaN(time)) {
    throw new CliError(
      `"${safe(text)}" is no time; expected for example 90m, 24h, 7d, 2026-11-21 or 2026-11-21T08:15:00Z`,
      {
        code: "usage",
      },
    );
  }
  if (time > now) throw new CliError(`"${safe(text)}" is a time to come`, { code: "usage" });
  return new Date(Math.max(0, time)).toISOString();
}

/** Milliseconds of a span such as `90m`; `null`: it is none. */
export function spanOf(text: string): number | null {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 0);
}

// --- internal ---

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string): number | null {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : null;
}
