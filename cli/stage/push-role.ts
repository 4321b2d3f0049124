import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { assumeRole } from "#aws/sts/assume-role";
import { safe } from "#core/safe";
import { accountOf, type Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "./session.ts";

/**
 * Assumes the stage's push role, the only role that may write the policy table and pins; its
 * session carries the caller's name.
 * @throws CliError if the caller may not assume it
 */
export async function assumePushRole(session: Session, deployment: Deployment): Promise<DynamoDBClient> {
  const { arn, account } = await session.identity();
  if (accountOf(deployment) !== account) {
    throw new CliError(
      `the stage ${safe(deployment.stage)} names roles of an account other than ${account}; find out who changed /bucketseal/${safe(deployment.stage)}/deployment`,
      { code: "foreign-deployment" },
    );
  }
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  if (arn.endsWith(":root")) {
    throw new CliError(
      `cannot assume the push role ${safe(deployment.pushRoleArn)}: AWS lets the root user assume no role; sign in as an IAM user, a role or with Identity Center`,
      { code: "push-role" },
    );
  }
  const name = (arn.split("/").at(-1) ?? "cli").replace(/[^\w+=,.@-]/g, "-").slice(0, 50);
  const { pushRoleArn } = deployment;
  const credentials = await assumeRole(session.sts(), pushRoleArn, `bucketseal-${name}`).catch((error: unknown) => {
    throw new CliError(`cannot assume the push role ${safe(pushRoleArn)}: ${explainError(error).message}`, {
      code: "push-role",
      cause: error,
    });
  });
  if (credentials === null) throw new CliError("STS returned no credentials for the push role");
  return session.dynamodb(credentials);
}
