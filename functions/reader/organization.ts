import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { type MemberDirectory, memberDirectory } from "../member/directory.ts";
import { clientSettings } from "../runtime/client-settings.ts";

const client = new OrganizationsClient(clientSettings);

/**
 * What is known of accounts. A module of its own: only a policy that matches on organizational
 * units loads the client.
 */
export function accountDirectory(settings: Parameters<typeof memberDirectory>[1], now: () => number): MemberDirectory {
  return memberDirectory(async () => client, settings, now);
}
