import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { UserKeys } from "../../../../sandbox/seed.ts";
import type { Clients } from "../../local-aws/clients.ts";
import { rootOf } from "../../local-aws/local-aws.ts";
import { assume } from "../redrive.ts";
import { nameOf } from "../story.ts";
import type { Organization } from "./organization.ts";

/** A role in an account that may do everything there, in the hands of somebody there. */
export async function roleIn(
  { hub }: Organization,
  account: string,
  Path: string,
  RoleName = nameOf("other"),
): Promise<Clients> {
  const root = hub.as(rootOf(account));
  const dana = account === hub.sandbox.account ? hub.sandbox.credentials : await somebody(root);
  const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
  const { Role } = await root.iam.send(
    new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: document(trust) }),
  );
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "everything", PolicyDocument: EVERYTHING }));
  return await assume({ ...hub, dana: hub.as(dana) }, Role?.Arn ?? "", "e2e");
}

// --- internal ---

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const EVERYTHING = document({ Effect: "Allow", Action: "*", Resource: "*" });

/** Somebody who may do everything in an account. */
async function somebody({ iam }: Clients): Promise<UserKeys> {
  const UserName = nameOf("somebody");
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "everything", PolicyDocument: EVERYTHING }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
}
