import { Duration, type Stack } from "aws-cdk-lib";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { redrivePermissions } from "#aws/sqs/permissions";
import type { BucketResources } from "../bucket/resources.ts";
import type { ObjectResources } from "../object/resources.ts";
import { grant } from "../parts/grant.ts";
import type { Lambda } from "../parts/lambda.ts";
import { closeQueue } from "../parts/queues.ts";
import { alarms } from "../watch/alarms.ts";
import { type BackfillFunctionProps, backfillFunction } from "./function.ts";
import type { BackfillQueues } from "./queues.ts";

export interface BackfillResources extends Lambda {
  /** What the CLI needs to know about them. */
  readonly deployment: Readonly<Record<string, string>>;
}

/** Everything about passes over existing objects but the looks, which the object function takes. */
export function backfillResources(
  stack: Stack,
  props: BackfillFunctionProps & {
    readonly buckets: Pick<BucketResources, "role">;
    readonly objects: Pick<ObjectResources, "role">;
  },
): BackfillResources {
  const { queues, alerts, buckets, objects } = props;
  const { backfill, atRest } = queues;
  const made = backfillFunction(stack, props);
  const startRole = starter(stack, queues);
  const [lister, looker, people] = [made.role.roleArn, objects.role.roleArn, startRole.roleArn];
  closeQueue(backfill.events, [lister, looker, people, buckets.role.roleArn], null);
  closeQueue(backfill.deadLetters, [lister], null);
  closeQueue(atRest.events, [lister, looker, people], null);
  closeQueue(atRest.deadLetters, [looker], null);
  alarms(new Construct(stack, "Backfill"), alerts.topic, {
    queues: backfill,
    rules: {},
    functions: { Function: made.fn },
  });
  // Millions of names are in the queue at once, and wait there for days.
  const stalledAfter = Duration.days(7);
  alarms(new Construct(stack, "AtRest"), alerts.topic, { queues: atRest, rules: {}, functions: {}, stalledAfter });
  return {
    ...made,
    deployment: {
      backfillRoleArn: startRole.roleArn,
      backfillQueueUrl: backfill.events.queueUrl,
      backfillDeadLetterQueueUrl: backfill.deadLetters.queueUrl,
      atRestQueueUrl: atRest.events.queueUrl,
      atRestDeadLetterQueueUrl: atRest.deadLetters.queueUrl,
      backfillFunction: made.fn.functionName,
      backfillFunctionRoleArn: made.role.roleArn,
    },
  };
}

// --- internal ---

/**
 * The role by which people start, pause, resume and cancel backfills, and redrive the dead letters
 * of both queues. IAM in this account decides who may assume it.
 */
function starter(stack: Stack, { backfill, atRest }: BackfillQueues): Role {
  const role = new Role(stack, "BackfillStartRole", {
    description: "Starts, pauses, resumes and cancels Bucketseal's passes over existing objects",
    assumedBy: new AccountRootPrincipal(),
  });
  const dead = [backfill.deadLetters.queueArn, atRest.deadLetters.queueArn];
  grant(role, redrivePermissions(dead, [backfill.events.queueArn, atRest.events.queueArn]));
  return role;
}
