import { DescribeOrganizationCommand, type OrganizationsClient } from "@aws-sdk/client-organizations";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * The account that manages the caller's organization, which every account of it may ask; `null`:
 * there is no organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function managementAccount(organizations: OrganizationsClient): Promise<Fact<string | null>> {
  return fact<string | null>(
    "DescribeOrganization",
    async () => (await organizations.send(new DescribeOrganizationCommand({}))).Organization?.MasterAccountId ?? null,
    { AWSOrganizationsNotInUseException: null },
  );
}
