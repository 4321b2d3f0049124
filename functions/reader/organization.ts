import { OrganizationsClient, type OrganizationsClientConfig } from "@aws-sdk/client-organizations";
import { type MemberDirectory, memberDirectory } from "../member/directory.ts";
import { clientSettings } from "../runtime/client-settings.ts";

/** Who asks Organizations, and the Region that is asked. */
export type OrganizationsAs = Pick<OrganizationsClientConfig, "credentials" | "region">;

/**
 * What is known of accounts. A module of its own: only a policy that matches on an account's
 * units or tags loads the client.
 */
export function accountDirectory(
  settings: Parameters<typeof memberDirectory>[1],
  now: () => number,
  as: OrganizationsAs = {},
): MemberDirectory {
  const client = new OrganizationsClient({ ...clientSettings, ...as });
  return memberDirectory(async () => client, settings, now);
}
