import { assumeRole } from "#aws/sts/assume-role";
import { safe } from "#core/safe";
import { accountOf, type Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Credentials, Session } from "../session/session.ts";

/** A role of a stage that people assume: its ARN, and what errors call it. */
export interface StageRole {
  readonly arn: string;
  /** Such as `push role`; with a hyphen it is the error's code. */
  readonly name: string;
}

/**
 * Assumes one of the stage's roles; its session carries the caller's name.
 * @throws CliError if the caller may not assume it
 */
export async function assumeStageRole(
  session: Session,
  deployment: Deployment,
  { arn: roleArn, name }: StageRole,
): Promise<Credentials> {
  const { arn, account } = await session.identity();
  if (accountOf(deployment) !== account) {
    throw new CliError(
      `the stage ${safe(deployment.stage)} names roles of an account other than ${account}; find out who changed /bucketseal/${safe(deployment.stage)}/deployment`,
      { code: "foreign-deployment" },
    );
  }
  const code = name.replaceAll(" ", "-");
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  if (arn.endsWith(":root")) {
    throw new CliError(
      `cannot assume the ${name} ${safe(roleArn)}: AWS lets the root user assume no role; sign in as an IAM user, a role or with Identity Center`,
      { code },
    );
  }
  const who = (arn.split("/").at(-1) ?? "cli").replace(/[^\w+=,.@-]/g, "-").slice(0, 50);
  const credentials = await assumeRole(session.sts(), roleArn, `bucketseal-${who}`).catch((error: unknown) => {
    throw new CliError(`cannot assume the ${name} ${safe(roleArn)}: ${explainError(error).message}`, {
      code,
      cause: error,
    });
  });
  if (credentials === null) throw new CliError(`STS returned no credentials for the ${name}`);
  return credentials;
}
