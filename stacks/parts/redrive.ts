import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { redrivePermissions } from "#aws/sqs/permissions";
import { grant } from "./grant.ts";
import type { Queues } from "./queues.ts";

/**
 * The role for redriving dead-lettered messages. The event queue denies everyone else, SQS's own
 * redrive included, which moreover does not take messages that EventBridge or Lambda sent. IAM in
 * this account decides who may assume it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function redrive(scope: Construct, queues: Queues, id = "RedriveRole"): Role {
  const role = new Role(scope, id, {
    description: "Redrives Bucketseal's dead-lettered messages to the event queue",
    assumedBy: new AccountRootPrincipal(),
  });
  const dead = [queues.deadLetters.queueArn, queues.undelivered.queueArn];
  grant(role, redrivePermissions(dead, [queues.events.queueArn]));
  return role;
}
