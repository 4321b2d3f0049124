import type { Home } from "#core/event/scope";

/**
 * Why a bucket that a message names is none of this function's; `null`: it is. A rule may be for
 * one Region only, so a bucket of this one must never be judged under the name of another.
 */
export function notAtHome({ account, region }: Home, home: Home): string | null {
  if (account !== home.account) return `the bucket's account ${account} is not this one (${home.account})`;
  return region === home.region ? null : `the bucket's Region ${region} is not this one (${home.region})`;
}
