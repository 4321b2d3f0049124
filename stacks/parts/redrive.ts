import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { redrivePermissions } from "#aws/sqs/permissions";
import { grant } from "./grant.ts";
import type { Queues } from "./queues.ts";

/**
 * The role by which a person brings dead letters back: the event queue refuses everybody else, so that SQS's own redrive needs it too,
 * and that one does not take letters that EventBridge or Lambda sent. Who may assume it is decided by IAM in this account.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function redrive(scope: Construct, queues: Queues, id = "RedriveRole"): Role {
  const role = new Role(scope, id, {
    description: "Brings Bucketseal's dead letters back to the event queue",
    assumedBy: new AccountRootPrincipal(),
  });
  const dead = [queues.deadLetters.queueArn, queues.undelivered.queueArn];
  grant(role, redrivePermissions(dead, queues.events.queueArn));
  return role;
}
