import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { schedulePermissions } from "#aws/sqs/permissions";
import { grant } from "../parts/grant.ts";
import type { Queues } from "../parts/queues.ts";

/**
 * The schedule that starts a sweep, at any minute of a quarter of an hour, with a role of its own.
 * Two starts make one run, so it matters little that a schedule delivers at least once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function schedule(scope: Construct, queues: Queues, expression: string): Role {
  const { account } = Stack.of(scope);
  const role = new Role(scope, "ScheduleRole", {
    description: "Sends the message that starts Bucketseal's sweep",
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  });
  grant(role, schedulePermissions(queues.events.queueArn, queues.undelivered.queueArn));
  new CfnSchedule(scope, "SweepSchedule", {
    description: "Starts Bucketseal's sweep over all buckets",
    scheduleExpression: expression,
    flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
    target: {
      arn: queues.events.queueArn,
      roleArn: role.roleArn,
      input: JSON.stringify({
        schema: "bucketseal.start/1",
        kind: "sweep",
        by: "schedule",
        id: "<aws.scheduler.execution-id>",
      }),
      deadLetterConfig: { arn: queues.undelivered.queueArn },
      retryPolicy: { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 3600 },
    },
  }).node.addDependency(role);
  return role;
}
