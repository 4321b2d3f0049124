import type { Options } from "../../stacks/options.ts";

/**
 * What is wrong with the account's quota of concurrent Lambda executions for what the functions may
 * use at once; `null`: nothing, or the quota is not known.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 * @param free - executions that no function of the account has reserved
 */
export function tooFewExecutions(
  free: number | undefined,
  { concurrency, laneConcurrency }: Pick<Options, "concurrency" | "laneConcurrency">,
): string | null {
  const beside = laneConcurrency + BESIDE;
  const needed = concurrency * MAPPINGS + beside;
  if (free === undefined || free >= needed) return null;
  const fits = Math.floor((free - beside) / MAPPINGS / 2);
  const advice = fits >= 2 ? `set BUCKETSEAL_CONCURRENCY=${fits}, or have` : "have";
  return `this account has ${free} unreserved concurrent Lambda executions and ${needed} are wanted: ${advice} the quota raised`;
}

// --- internal ---

/** Mappings with the option's concurrency: the events of the bucket and of the object function. */
const MAPPINGS = 2;

/** The policy function, and the sweep function's two instances. */
const BESIDE = 3;
