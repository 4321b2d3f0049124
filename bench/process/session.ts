import { IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { SandboxOutputs } from "../../sandbox/outputs.ts";

export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * A session of a function's role (default: the object function's), whose calls the local AWS
 * authorizes like the function's. Its trust policy is widened to the account first.
 */
export async function functionSession(
  sandbox: SandboxOutputs,
  FunctionName: string = sandbox.functions.object,
): Promise<SessionKeys> {
  const { endpoint, region, account } = sandbox;
  const config = () => ({ endpoint, region, credentials: { ...sandbox.rootCredentials } });
  const { Role: RoleArn = "" } = await new LambdaClient(config()).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const trusted = { Service: "lambda.amazonaws.com", AWS: `arn:aws:iam::${account}:root` };
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: trusted, Action: "sts:AssumeRole" }],
  });
  await new IAMClient(config()).send(
    new UpdateAssumeRolePolicyCommand({ RoleName: RoleArn.split("/").at(-1), PolicyDocument }),
  );
  const { Credentials } = await new STSClient({ ...config(), credentials: { ...sandbox.credentials } }).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "bench" }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
