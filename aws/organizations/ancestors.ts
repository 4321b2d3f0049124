import { ListParentsCommand, type OrganizationsClient } from "@aws-sdk/client-organizations";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * The ids of an account's organizational units and root, nearest first: one call per level, and
 * Organizations nests OUs at most five deep.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function listAncestors(
  organizations: OrganizationsClient,
  account: string,
): Promise<Fact<readonly string[]>> {
  return fact("ListParents", async () => {
    const ancestors: string[] = [];
    for (let child = account; ; ) {
      const answer = await organizations.send(new ListParentsCommand({ ChildId: child }));
      const parent = answer.Parents?.[0];
      if (parent?.Id === undefined) return ancestors;
      ancestors.push(parent.Id);
      if (parent.Type === "ROOT") return ancestors;
      child = parent.Id;
    }
  });
}
