import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { redrivePermissions } from "#aws/sqs/permissions";
import type { Deployment } from "#core/stage/deployment";
import type { Clients } from "../support/local-aws/clients.ts";

type Parts = Pick<
  Deployment,
  | "eventQueueUrl"
  | "deadLetterQueueUrl"
  | "undeliveredQueueUrl"
  | "redriveRoleArn"
  | "objectQueueUrl"
  | "objectDeadLetterQueueUrl"
  | "objectUndeliveredQueueUrl"
  | "objectRedriveRoleArn"
>;

/** The queues of a stage, and the roles that may redrive their dead letters. */
export async function deployQueues({ sqs, iam }: Clients, account: string, stage: string): Promise<Parts> {
  const queue = async (name: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `${stage}-${name}` }))).QueueUrl ?? "";
  const role = async (name: string, dead: readonly string[], events: string) => {
    const RoleName = `${stage}-${name}`;
    const trust = { Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${account}:root` } };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy([trust]) }));
    const arn = (name: string) => `arn:aws:sqs:us-east-1:${account}:${stage}-${name}`;
    const statements = redrivePermissions(dead.map(arn), [arn(events)]).map(({ actions, resources }) => ({
      Action: actions,
      Resource: resources,
    }));
    const PolicyDocument = policy(statements);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "redrive", PolicyDocument }));
    return Role?.Arn ?? "";
  };
  return {
    eventQueueUrl: await queue("events"),
    deadLetterQueueUrl: await queue("dead-letters"),
    undeliveredQueueUrl: await queue("undelivered"),
    redriveRoleArn: await role("redrive", ["dead-letters", "undelivered"], "events"),
    objectQueueUrl: await queue("objects"),
    objectDeadLetterQueueUrl: await queue("object-dead-letters"),
    objectUndeliveredQueueUrl: await queue("object-undelivered"),
    objectRedriveRoleArn: await role("object-redrive", ["object-dead-letters", "object-undelivered"], "objects"),
  };
}

// --- internal ---

function policy(statements: readonly object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
