/** A deployer's options about sweeps, read from environment variables of `sst deploy`. */
export interface SweepOptions {
  /** When a sweep starts, as EventBridge Scheduler writes it; `null`: only by hand. */
  readonly sweep: string | null;
  /** When the daily digest is sent, as EventBridge Scheduler writes it; `null`: never. */
  readonly digest: string | null;
  /** How many instances of the bucket function may work for sweeps and pushes at once. */
  readonly laneConcurrency: number;
}

/**
 * Reads the options about sweeps.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws Error with one sentence that says what is wrong with which variable.
 */
export function sweepOptions(environment: Readonly<Record<string, string | undefined>>): SweepOptions {
  const sweep = environment.BUCKETSEAL_SWEEP ?? "rate(1 day)";
  if (sweep !== "off" && !isSchedule(sweep)) {
    throw new Error(
      `BUCKETSEAL_SWEEP is "${sweep}"; expected off, rate(1 day) (the default), or another rate(N minutes|hours|days) or cron(six fields)`,
    );
  }
  const laneConcurrency = Number(environment.BUCKETSEAL_SWEEP_CONCURRENCY ?? "2");
  if (!Number.isInteger(laneConcurrency) || laneConcurrency < 2 || laneConcurrency > 100) {
    throw new Error(
      `BUCKETSEAL_SWEEP_CONCURRENCY is "${environment.BUCKETSEAL_SWEEP_CONCURRENCY}"; expected 2 to 100 (default 2)`,
    );
  }
  const digest = environment.BUCKETSEAL_DIGEST ?? "off";
  if (digest !== "off" && !CRON.test(digest)) {
    throw new Error(
      `BUCKETSEAL_DIGEST is "${digest}"; expected off (the default), or cron(six fields) such as cron(0 8 * * ? *)`,
    );
  }
  return { sweep: sweep === "off" ? null : sweep, digest: digest === "off" ? null : digest, laneConcurrency };
}

// --- internal ---

const CRON = /^cron\([^\s()]+( [^\s()]+){5}\)$/;

function isSchedule(text: string): boolean {
  return /^rate\([1-9]\d{0,3} (minute|hour|day)s?\)$/.test(text) || CRON.test(text);
}
