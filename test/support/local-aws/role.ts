import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { type Clients, clients } from "./clients.ts";
import type { Conformance } from "./conformance.ts";
import { eventually } from "./eventually.ts";
import { arrived, CONTROL } from "./positive-control.ts";
import { TAG } from "./sweep.ts";

let count = 0;

/**
 * Creates a role with these policy statements, for a service or else for the account; returns its
 * ARN.
 */
export async function role(aws: Conformance, statements: object[], service?: string): Promise<string> {
  const RoleName = `${aws.prefix}-role-${count++}`.slice(-64);
  const Principal = service === undefined ? { AWS: `arn:aws:iam::${aws.account}:root` } : { Service: service };
  const AssumeRolePolicyDocument = document([{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }]);
  const { Role } = await aws.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags: [{ Key: TAG, Value: aws.prefix }] }),
  );
  aws.later(async () => await aws.iam.send(new DeleteRoleCommand({ RoleName })));
  const PolicyName = "conformance";
  await aws.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document([...statements, CONTROL]) }),
  );
  aws.later(async () => await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  return Role?.Arn ?? "";
}

/** Clients of a session of the role. */
export async function session(aws: Conformance, RoleArn: string): Promise<Clients> {
  const user = await aws.otherUser([{ Effect: "Allow", Action: "sts:AssumeRole", Resource: RoleArn }]);
  const { Credentials } = await eventually("the new role", async () => {
    return await user.sts
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "conformance" }))
      .catch(() => undefined);
  });
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const assumed = clients({ endpoint: aws.endpoint, region: aws.region, credentials });
  await arrived(assumed);
  return assumed;
}

// --- internal ---

function document(Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
