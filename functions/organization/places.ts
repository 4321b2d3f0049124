import { ALL_REGIONS, type RunScope } from "#aws/runs/items";
import type { OrgSettings } from "#core/org/settings";
import type { SweepShared } from "../sweep/shared.ts";

/** Where a message's run or keys are; absent: at home. */
interface Somewhere {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * The same, at work in the account that a message names: over all of its Regions, or in one. At
 * home nothing changes.
 */
export function inPlace(shared: SweepShared, { account, region }: Somewhere): SweepShared {
  const { org, scope } = shared;
  if (account === undefined || org === null) return shared;
  const { s3, kms } = org.clientsOf({ account, region: region ?? org.settings.homeRegion });
  if (account === scope.account && region === scope.region) return shared;
  return {
    ...shared,
    clients: { ...shared.clients, s3, kms },
    scope: { account, region: region ?? ALL_REGIONS },
    of: region === undefined ? { account } : { account, region },
  };
}

/**
 * Why a place that a message names is none of this deployment's; `null`: it is one. `all` is every
 * member of an organization.
 */
export function notCovered(
  { account, region }: Somewhere,
  home: RunScope,
  org: Pick<OrgSettings, "regions"> | null,
): string | null {
  if (account === undefined && region === undefined) return null;
  if (org === null && account === home.account && (region ?? home.region) === home.region) return null;
  if (org === null) return `account ${account} is not this one (${home.account})`;
  if (region === undefined || org.regions.includes(region)) return null;
  return `${region} is none of the organization's Regions`;
}

/** The Regions of an account that its run covers: the hub's home place has a run of its own. */
export function coveredRegions(account: string, home: RunScope, { regions }: Pick<OrgSettings, "regions">): string[] {
  return regions.filter((region) => account !== home.account || region !== home.region);
}

/** Whether a bucket is at home, or in a covered Region of some account of the organization. */
export function isLookedAfter(at: RunScope, home: RunScope, org: Pick<OrgSettings, "regions"> | null): boolean {
  return org === null ? at.account === home.account && at.region === home.region : org.regions.includes(at.region);
}
