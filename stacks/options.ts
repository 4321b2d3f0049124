import { type ObjectOptions, objectOptions } from "./object/options.ts";

/** A deployer's options, read from environment variables of `sst deploy`. */
export interface Options extends ObjectOptions {
  /**
   * `existing`: one of your trails logs management events already. `create`: this stack creates
   * one.
   */
  readonly trail: "existing" | "create";
  /** An email address to subscribe to the alerts. */
  readonly email: string | null;
  /** How many instances of each function may work at once. */
  readonly concurrency: number;
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
  const concurrency = Number(environment.BUCKETSEAL_CONCURRENCY ?? "10");
  if (!Number.isInteger(concurrency) || concurrency < 2 || concurrency > 1000) {
    throw new Error(
      `BUCKETSEAL_CONCURRENCY is "${environment.BUCKETSEAL_CONCURRENCY}"; expected 2 to 1000 (default 10)`,
    );
  }
  return {
    trail,
    email,
    concurrency,
    deployment: environment.BUCKETSEAL_DEPLOYMENT ?? null,
    ...objectOptions(environment),
  };
}

// --- internal ---

/** `none` takes a value back that an earlier deployment remembers. */
function stated(value: string | undefined): string | null {
  return value === undefined || value === "none" ? null : value;
}
