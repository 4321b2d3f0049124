import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Home } from "#core/event/scope";
import { safe } from "#core/safe";
import { type DeadLetterQueue, deadLetterQueues } from "#core/stage/dead-letter-queues";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import { assumeStageRole } from "../stage/assume-role.ts";

/** A dead-letter queue with a client of the role that may take its messages. */
export interface OpenQueue extends DeadLetterQueue {
  readonly sqs: SQSClient;
  /** The account and Region whose events its messages are. */
  readonly home: Home;
}

/**
 * Opens the stage's dead-letter queues, or the one that is named, as their redrive roles.
 * @throws CliError if there is no such queue, or the caller may not assume its role
 */
export async function openQueues(
  session: Session,
  deployment: Deployment,
  named: string | undefined,
): Promise<readonly OpenQueue[]> {
  const all = deadLetterQueues(deployment);
  const queues = named === undefined ? all : all.filter(({ name }) => name === named);
  if (queues.length === 0) {
    const names = all.map(({ name }) => name).join(", ");
    throw new CliError(`there is no queue "${safe(named ?? "")}" here; use one of ${names}`, { code: "usage" });
  }
  const { account } = await session.identity();
  const home = { account, region: session.region };
  const clients = new Map<string, Promise<SQSClient>>();
  const clientOf = (arn: string) => {
    const open = async () => session.sqs(await assumeStageRole(session, deployment, { arn, name: "redrive role" }));
    const client = clients.get(arn) ?? open();
    clients.set(arn, client);
    return client;
  };
  return Promise.all(queues.map(async (queue) => ({ ...queue, home, sqs: await clientOf(queue.roleArn) })));
}
