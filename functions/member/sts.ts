import { STSClient } from "@aws-sdk/client-sts";
import { clientSettings } from "../runtime/client-settings.ts";
import { type MemberSessions, memberSessions } from "./sessions.ts";
import type { Org } from "./settings.ts";

/**
 * Sessions from the STS of the hub's own Region: tokens of regional endpoints are valid in every
 * Region, those of the global one are not in Regions that one opts in to.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
 */
export function stsSessions(org: Org, now: () => number): MemberSessions {
  const sts = new STSClient({ ...clientSettings, region: org.settings.homeRegion });
  return memberSessions({ sts, org, now });
}
