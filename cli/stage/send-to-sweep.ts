import { sendLater } from "#aws/sqs/queue";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import type { SweepMessage } from "#core/sweep/messages";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import { assumeStageRole } from "./assume-role.ts";

/**
 * Sends a message to the stage's sweep queue, by the one role that lets people do so; returns the
 * message's id.
 * @throws CliError if the stage has no sweeps yet, or the caller may not assume the role
 */
export async function sendToSweep(session: Session, deployment: Deployment, message: SweepMessage): Promise<string> {
  return (await openSweepQueue(session, deployment))(message);
}

/** The same for several messages: the role is assumed once. */
export async function openSweepQueue(
  session: Session,
  deployment: Deployment,
): Promise<(message: SweepMessage) => Promise<string>> {
  const { stage, startRoleArn, sweepQueueUrl } = deployment;
  if (startRoleArn === undefined || sweepQueueUrl === undefined) {
    throw new CliError(`stage ${safe(stage)} has no sweeps: deploy this version first`, { code: "no-sweeps" });
  }
  const credentials = await assumeStageRole(session, deployment, { arn: startRoleArn, name: "start role" });
  const sqs = await session.sqs(credentials);
  return (message) => sendLater(sqs, sweepQueueUrl, message, 0);
}
