import { STSClient } from "@aws-sdk/client-sts";
import { assumeRole, type RoleCredentials } from "#aws/sts/assume-role";
import { PLANE_TAG } from "#core/org/names";
import { clientSettings } from "../runtime/client-settings.ts";

/**
 * A session of the hub's role for object functions in members, tagged with the account that it is
 * for: the role lets in nobody who names another account than their own. From the STS of the hub's
 * Region, as a member's Region may be one that the hub has not opted in to.
 */
export async function hubSession(wanted: {
  readonly region: string;
  readonly roleArn: string;
  readonly account: string;
  readonly name: string;
  readonly seconds: number;
}): Promise<RoleCredentials> {
  const { region, roleArn, account, name, seconds } = wanted;
  const sts = new STSClient({ ...clientSettings, region });
  const session = await assumeRole(sts, roleArn, name, { tags: { [PLANE_TAG]: account }, seconds });
  if (session === null) throw new Error("STS returned no credentials");
  return session;
}
