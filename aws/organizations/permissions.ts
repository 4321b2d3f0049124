import type { Permission } from "#aws/permission";

/** organizations/: an account's place in the organization. ancestors.ts calls it. */
export function ancestorPermissions(resources: readonly string[]): Permission[] {
  return [{ sid: "PlaceInTheOrganization", actions: ["organizations:ListParents"], resources }];
}

/** The tags of an account (account-tags.ts), for policies that match on them. */
export function accountTagPermissions(resources: readonly string[]): Permission[] {
  return [{ sid: "TagsOfAccounts", actions: ["organizations:ListTagsForResource"], resources }];
}

/**
 * What an account is called, and whether it is suspended (accounts.ts). Organizations answers its
 * management account and delegated administrators only.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
 */
export function accountFactPermissions(resources: readonly string[] = ["*"]): Permission[] {
  return [
    {
      sid: "KnowAccounts",
      actions: ["organizations:DescribeAccount"],
      resources,
    },
  ];
}

/** What a function in one account asks about that account: its tags, and what it is called. */
export function ofAccount(account: string): Permission[] {
  return [...accountTagPermissions([account]), ...accountFactPermissions([account])];
}

/**
 * Which accounts there are, in the whole organization or below its units (accounts.ts).
 * @param byUnit - whether the hub looks after some units only
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 */
export function accountListPermissions(byUnit: boolean): Permission[] {
  return [
    {
      sid: "ListAccounts",
      actions: byUnit
        ? ["organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"]
        : ["organizations:ListAccounts"],
      resources: ["*"],
    },
  ];
}
