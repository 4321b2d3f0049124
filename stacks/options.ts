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
  const email = environment.BUCKETSEAL_ALERT_EMAIL ?? null;
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new Error(`BUCKETSEAL_ALERT_EMAIL is "${email}", which is not an email address`);
  }
  return { trail, email, ...objectOptions(environment) };
}
