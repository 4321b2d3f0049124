import { SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { findDeployments } from "#aws/ssm/deployment";
import type { Deployment } from "#core/stage/deployment";
import type { Stage } from "./stage.ts";

/** What a client of one of the stage's roles is made with. */
export interface AsRole {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** Assumes one of the stage's roles, which its deployment names. */
export async function asRole(
  { sandbox }: Pick<Stage, "sandbox">,
  role: "redriveRoleArn" | "startRoleArn",
): Promise<AsRole> {
  const { endpoint, region, credentials } = sandbox;
  const mine = { endpoint, region, credentials: { ...credentials } };
  const { [role]: RoleArn } = await deploymentOf({ sandbox });
  const { Credentials: given } = await new STSClient(mine).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "bench" }),
  );
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken = "" } = given ?? {};
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken: SessionToken } };
}

/** The stage's own record of its parts. */
export async function deploymentOf({ sandbox }: Pick<Stage, "sandbox">): Promise<Deployment> {
  const { endpoint, region, credentials } = sandbox;
  const [deployment] = await findDeployments(new SSMClient({ endpoint, region, credentials: { ...credentials } }));
  if (deployment === undefined) throw new Error("the stage did not write down its deployment");
  return deployment;
}
