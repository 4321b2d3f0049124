import { ListTagsForResourceCommand, type OrganizationsClient } from "@aws-sdk/client-organizations";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * The tags of an account in AWS Organizations. Only the management account and delegated
 * administrators may ask; and only they may set them, so the account's own people cannot.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function listAccountTags(
  organizations: OrganizationsClient,
  account: string,
): Promise<Fact<Readonly<Record<string, string>>>> {
  return fact("ListTagsForResource", async () => {
    const tags: [string, string][] = [];
    for (let token: string | undefined; ; ) {
      const page = await organizations.send(new ListTagsForResourceCommand({ ResourceId: account, NextToken: token }));
      tags.push(...(page.Tags ?? []).map(({ Key: name = "", Value: value = "" }): [string, string] => [name, value]));
      if (page.NextToken === undefined) return Object.fromEntries(tags);
      token = page.NextToken;
    }
  });
}
