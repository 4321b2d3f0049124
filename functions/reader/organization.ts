import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { listAncestors } from "#aws/organizations/ancestors";
import type { Fact } from "#core/fact";
import { clientSettings } from "../runtime/client-settings.ts";

const client = new OrganizationsClient(clientSettings);

/**
 * An account's organizational units. A module of its own: only a policy that matches on them loads
 * the client.
 */
export function ancestorsOf(account: string): Promise<Fact<readonly string[]>> {
  return listAncestors(client, account);
}
