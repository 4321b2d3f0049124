/** What the commands of all StackSets have in common. */

import type { MemberTemplate } from "#aws/member/template";

/** A quarter of the accounts at once; it stops where a tenth fail. */
export const CAREFULLY = [
  "--operation-preferences",
  "FailureTolerancePercentage=10,MaxConcurrentPercentage=25,RegionConcurrencyType=PARALLEL,ConcurrencyMode=SOFT_FAILURE_TOLERANCE",
];

/** Every parameter, since one that an update leaves out would be the default again. */
export function parametersOf(
  { Parameters }: Pick<MemberTemplate, "Parameters">,
  { permissionsBoundary }: { readonly permissionsBoundary: string | undefined },
): object[] {
  return Object.entries(Parameters).map(([ParameterKey, { Default }]) => ({
    ParameterKey,
    ParameterValue: ParameterKey === "PermissionsBoundary" ? (permissionsBoundary ?? Default) : Default,
  }));
}

/**
 * The units, or single accounts of theirs.
 * @param without - an account that is left out
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
 */
export function deploymentTargets(
  OrganizationalUnitIds: readonly string[],
  accounts: readonly string[] | undefined,
  without?: string,
): object {
  if (accounts === undefined && without === undefined) return { OrganizationalUnitIds };
  if (accounts === undefined) return { OrganizationalUnitIds, Accounts: [without], AccountFilterType: "DIFFERENCE" };
  const Accounts = accounts.filter((account) => account !== without);
  return { OrganizationalUnitIds, Accounts, AccountFilterType: "INTERSECTION" };
}
