import { type ObjectOptions, objectOptions } from "./object/options.ts";
import { type OrgOptions, orgOptions } from "./org/options.ts";
import { type SweepOptions, sweepOptions } from "./sweep/options.ts";

/** A deployer's options, read from environment variables of `sst deploy`. */
export interface Options extends ObjectOptions, OrgOptions, SweepOptions {
  /**
   * `existing`: one of your trails logs management events already. `create`: this stack creates
   * one.
   */
  readonly trail: "existing" | "create";
  /** An email address to subscribe to the alerts. */
  readonly email: string | null;
  /** How many instances of each function may work at once. */
  readonly concurrency: number;
  /** How many days an entry of a bucket's history is kept. */
  readonly historyDays: number;
  /** Whether Lambda traces the functions with X-Ray. */
  readonly tracing: boolean;
  /** Whether there is a role for jobs of S3 Batch Operations, and a bucket for their reports. */
  readonly batch: boolean;
  /** Whether there is a function that brings existing objects to the declared state. */
  readonly backfill: boolean;
  /** Seconds for which the backfill of a drift window waits after the repair, at most. */
  readonly driftWaitSeconds: number;
  /** Which deployment this is, written beside where its parts are; `null`: nobody said. */
  readonly deployment: string | null;
}

/**
 * Reads the options.
 * @throws Error with one sentence that says what is wrong with which variable.
 */
export function options(environment: Readonly<Record<string, string | undefined>>): Options {
  const trail = environment.BUCKETSEAL_TRAIL ?? "existing";
  if (trail !== "existing" && trail !== "create") {
    throw new Error(`BUCKETSEAL_TRAIL is "${trail}"; expected existing (the default) or create`);
  }
  const email = stated(environment.BUCKETSEAL_ALERT_EMAIL);
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new Error(`BUCKETSEAL_ALERT_EMAIL is "${email}", which is not an email address; use an address, or none`);
  }
  return {
    trail,
    email,
    concurrency: integer(environment, "BUCKETSEAL_CONCURRENCY", { from: 2, to: 1000, standard: 10 }),
    historyDays: integer(environment, "BUCKETSEAL_HISTORY_DAYS", { from: 1, to: 3650, standard: 400 }),
    ...sweepOptions(environment),
    tracing: onOff(environment, "BUCKETSEAL_TRACING"),
    batch: onOff(environment, "BUCKETSEAL_BATCH"),
    backfill: onOff(environment, "BUCKETSEAL_BACKFILL"),
    driftWaitSeconds: integer(environment, "BUCKETSEAL_DRIFT_WAIT", { from: 0, to: 900, standard: 360 }),
    deployment: environment.BUCKETSEAL_DEPLOYMENT ?? null,
    ...objectOptions(environment),
    ...orgOptions(environment),
  };
}

// --- internal ---

/** A whole number of a range. */
function integer(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  { from, to, standard }: { readonly from: number; readonly to: number; readonly standard: number },
): number {
  const value = Number(environment[name] ?? standard);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new Error(`${name} is "${environment[name]}"; expected ${from} to ${to} (default ${standard})`);
}

function onOff(environment: Readonly<Record<string, string | undefined>>, name: string): boolean {
  const value = environment[name] ?? "off";
  if (value === "on" || value === "off") return value === "on";
  throw new Error(`${name} is "${value}"; expected off (the default) or on`);
}

/** `none` takes a value back that an earlier deployment remembers. */
function stated(value: string | undefined): string | null {
  return value === undefined || value === "none" ? null : value;
}
