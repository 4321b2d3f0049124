import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import { assumeStageRole } from "./assume-role.ts";

/**
 * Assumes the stage's operator role, the only role of people that may write what is remembered of a
 * bucket; its session carries the caller's name.
 * @throws CliError if the caller may not assume it, or the stage has none yet
 */
export async function assumeOperatorRole(session: Session, deployment: Deployment): Promise<DynamoDBClient> {
  const { operatorRoleArn: arn, stage } = deployment;
  if (arn === undefined) {
    throw new CliError(`the stage ${safe(stage)} has no operator role: deploy this version of Bucketseal first`, {
      code: "operator-role",
    });
  }
  return session.dynamodb(await assumeStageRole(session, deployment, { arn, name: "operator role" }));
}
