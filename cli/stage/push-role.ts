import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { safe } from "#core/safe";
import { accountOf, type Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "./session.ts";

/**
 * A client with the stage's push role, the one role that may write the policy table and pins; the session carries the caller's name.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws CliError where the caller may not assume it
 */
export async function assumePushRole(session: Session, deployment: Deployment): Promise<DynamoDBClient> {
  const { arn, account } = await session.identity();
  if (accountOf(deployment) !== account) {
    throw new CliError(
      `the stage ${safe(deployment.stage)} names roles of another account than ${account}; find out who changed /bucketseal/${safe(deployment.stage)}/deployment`,
      { code: "foreign-deployment" },
    );
  }
  const name = (arn.split("/").at(-1) ?? "cli").replace(/[^\w+=,.@-]/g, "-").slice(0, 50);
  const request = new AssumeRoleCommand({
    RoleArn: deployment.pushRoleArn,
    RoleSessionName: `bucketseal-${name}`,
    DurationSeconds: 900,
  });
  const { Credentials: given } = await session
    .sts()
    .send(request)
    .catch((error: unknown) => {
      throw new CliError(
        `cannot assume the push role ${safe(deployment.pushRoleArn)}: ${explainError(error).message}`,
        {
          code: "push-role",
          cause: error,
        },
      );
    });
  if (!given?.AccessKeyId || !given.SecretAccessKey)
    throw new CliError("STS answered without credentials for the push role");
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
  return session.dynamodb({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
}
