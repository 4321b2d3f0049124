/**
 * How often a schedule starts a sweep, in seconds; `null`: a `cron(…)`, of which that is not known.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
 */
export function sweepInterval(schedule: string): number | null {
  const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const seconds = SECONDS[unit as keyof typeof SECONDS];
  return seconds === undefined ? null : Number(number) * seconds;
}

// --- internal ---

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;
