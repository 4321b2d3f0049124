import { ListParentsCommand, type OrganizationsClient } from "@aws-sdk/client-organizations";
import { unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";

/**
 * Ids of an account's organizational units and root, nearest first. Organizations nests OUs five deep at most.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function listAncestors(
  organizations: OrganizationsClient,
  account: string,
): Promise<Fact<readonly string[]>> {
  const ancestors: string[] = [];
  try {
    for (let child = account; ; ) {
      const answer = await organizations.send(new ListParentsCommand({ ChildId: child }));
      const parent = answer.Parents?.[0];
      if (parent?.Id === undefined) return { known: true, value: ancestors };
      ancestors.push(parent.Id);
      if (parent.Type === "ROOT") return { known: true, value: ancestors };
      child = parent.Id;
    }
  } catch (error) {
    return unknownOrThrow(error, "ListParents");
  }
}
