import type { OrganizationsAs } from "../reader/organization.ts";
import type { AccountNames } from "./account-names.ts";
import type { Org } from "./settings.ts";

/**
 * What a function's account is called: as AWS Organizations says it, or else the hub's settings.
 * The client is loaded with the first alert.
 * @param as - who asks instead of the function itself: in a member, the hub's role
 */
export function ownName(org: Org | null, as: OrganizationsAs, now: () => number): AccountNames {
  const directory = async () => {
    const { accountDirectory } = await import("../reader/organization.ts");
    return accountDirectory(org?.settings ?? null, now, as);
  };
  let opened: ReturnType<typeof directory> | undefined;
  return async (account) => {
    opened ??= directory();
    const found = await (await opened).account(account);
    return found.known ? (found.value?.name ?? null) : null;
  };
}
