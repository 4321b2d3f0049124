import { coveredBy, type EventScope, type Home } from "#core/event/scope";

/**
 * Why a bucket that a message names is none of this function's; `null`: it is. A rule may be for
 * one Region only, so a bucket of this one must never be judged under the name of another. A hub
 * looks after every account, in the Regions that it covers: whether it may is for the account to
 * say.
 */
export function notAtHome({ account, region }: Home, home: Home & Partial<EventScope>): string | null {
  const { org = null } = home;
  if (org !== null) {
    const isCovered = coveredBy(home).has(region);
    return isCovered ? null : `the bucket's Region ${region} is not one that this hub covers`;
  }
  if (account !== home.account) return `the bucket's account ${account} is not this one (${home.account})`;
  return region === home.region ? null : `the bucket's Region ${region} is not this one (${home.region})`;
}
