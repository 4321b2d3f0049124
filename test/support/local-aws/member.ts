import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { memberRoleName } from "#core/org/names";
import { orgSchema } from "#core/org/settings";
import type { Org } from "../../../functions/member/settings.ts";
import type { Clients } from "./clients.ts";

/** The organization of a hub in us-east-1 that looks after eu-west-1 too. */
export const anOrg: Org = {
  stage: "test",
  settings: orgSchema.parse({
    id: "o-a1b2c3d4e5",
    homeRegion: "us-east-1",
    regions: ["us-east-1", "eu-west-1"],
    externalId: "3f0c9a51-test-only",
  }),
};

/** Makes the member role of an account, which trusts a hub's account and its external id. */
export async function enrol(
  member: Clients,
  hubAccount: string,
  { stage, settings }: Org = anOrg,
  actions: readonly string[] = ["s3:*", "kms:*"],
): Promise<void> {
  const trust = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${hubAccount}:root` },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: { StringEquals: { "sts:ExternalId": settings.externalId } },
  };
  const RoleName = memberRoleName(stage, settings);
  const AssumeRolePolicyDocument = document(trust);
  await member.iam.send(new CreateRoleCommand({ RoleName, Path: settings.role.path, AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Effect: "Allow", Action: actions, Resource: "*" });
  await member.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: POLICY, PolicyDocument }));
}

/** Deletes the member role of an account. */
export async function leave(member: Clients, { stage, settings }: Org = anOrg): Promise<void> {
  const RoleName = memberRoleName(stage, settings);
  await member.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY }));
  await member.iam.send(new DeleteRoleCommand({ RoleName }));
}

// --- internal ---

const POLICY = "member";

function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
