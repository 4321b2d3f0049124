import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, type CfnScheduleProps } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { schedulePermissions } from "#aws/sqs/permissions";
import { grant } from "../parts/grant.ts";
import type { Queues } from "../parts/queues.ts";

interface When {
  /** When a sweep starts; `null`: only by hand. */
  readonly sweep: string | null;
  /** When the daily digest is sent; `null`: never. */
  readonly digest: string | null;
}

/**
 * The schedules, with a role of their own: one starts a sweep, at any minute of a quarter of an
 * hour, another has the buckets looked at whose time has come, every five minutes. Two starts
 * make one run, and two digests of a time are one alert, so it matters little that a schedule
 * delivers at least once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function schedules(scope: Construct, queues: Queues, { sweep, digest }: When): Role {
  const { account } = Stack.of(scope);
  const role = new Role(scope, "ScheduleRole", {
    description: "Sends the messages that start Bucketseal's sweep and its looks at what is due",
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  });
  grant(role, schedulePermissions(queues.events.queueArn, queues.undelivered.queueArn));
  const schedule = (
    id: string,
    message: object,
    when: Pick<CfnScheduleProps, "scheduleExpression" | "flexibleTimeWindow" | "description">,
  ) =>
    new CfnSchedule(scope, id, {
      ...when,
      target: {
        arn: queues.events.queueArn,
        roleArn: role.roleArn,
        input: JSON.stringify(message),
        deadLetterConfig: { arn: queues.undelivered.queueArn },
        retryPolicy: { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 3600 },
      },
    }).node.addDependency(role);
  if (sweep !== null) {
    const start = { schema: "bucketseal.start/1", kind: "sweep", by: "schedule", id: "<aws.scheduler.execution-id>" };
    schedule("SweepSchedule", start, {
      description: "Starts Bucketseal's sweep over all buckets",
      scheduleExpression: sweep,
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
    });
  }
  if (digest !== null) {
    const told = { schema: "bucketseal.digest/1", at: "<aws.scheduler.scheduled-time>" };
    schedule("DigestSchedule", told, {
      description: "Has Bucketseal tell what a day brought",
      scheduleExpression: digest,
      flexibleTimeWindow: { mode: "OFF" },
    });
  }
  schedule(
    "TickSchedule",
    { schema: "bucketseal.tick/1" },
    {
      description: "Has Bucketseal look at the buckets that are due",
      scheduleExpression: "rate(5 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
    },
  );
  return role;
}
