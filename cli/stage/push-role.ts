import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";
import { assumeStageRole } from "./assume-role.ts";

/**
 * Assumes the stage's push role, the only role that may write the policy table and pins.
 * @throws CliError if the caller may not assume it
 */
export async function assumePushRole(session: Session, deployment: Deployment): Promise<DynamoDBClient> {
  return session.dynamodb(
    await assumeStageRole(session, deployment, { arn: deployment.pushRoleArn, name: "push role" }),
  );
}
