import { Duration, type Stack } from "aws-cdk-lib";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { redrivePermissions } from "#aws/sqs/permissions";
import type { BucketResources } from "../bucket/resources.ts";
import type { HubBus } from "../org/bus.ts";
import { memberEvents } from "../org/member-events.ts";
import { grant } from "../parts/grant.ts";
import type { Lambda } from "../parts/lambda.ts";
import { closeQueue } from "../parts/queues.ts";
import { arnsOf, ruleRecord } from "../parts/rule-record.ts";
import { alarms } from "../watch/alarms.ts";
import { type SweepFunctionProps, sweepFunction } from "./function.ts";
import { jobEvents } from "./job-events.ts";
import { keyEvents } from "./key-events.ts";
import { overdueAlarm } from "./overdue.ts";
import type { SweepQueues } from "./queues.ts";
import { schedules } from "./schedule.ts";

export interface SweepResources extends Lambda {
  /** What the CLI needs to know about them. */
  readonly deployment: Readonly<Record<string, string>>;
}

/**
 * Everything about runs over many buckets, and about the keys that many depend on: the function,
 * its schedule, the rule for keys, and the role of people.
 */
export function sweepResources(
  stack: Stack,
  props: SweepFunctionProps & {
    readonly buckets: BucketResources;
    /** A change of policy starts a run. */
    readonly policies: Pick<Lambda, "role">;
    /** When a sweep starts; `null`: only by hand. */
    readonly sweep: string | null;
    readonly hub: HubBus | null;
  },
): SweepResources {
  const { queues, buckets, alerts } = props;
  const { events, deadLetters, undelivered, lane } = queues;
  const made = sweepFunction(stack, props);
  const startRole = starter(stack, queues);
  const scheduled = schedules(stack, queues, props).roleArn;
  const [mine, theirs, people] = [made.role.roleArn, buckets.role.roleArn, startRole.roleArn];
  const rule = keyEvents(stack, queues);
  const memberRule = props.hub && memberEvents(stack, "keys", props.hub, queues);
  const jobRule = props.batch && jobEvents(stack, queues);
  const ruleArns = arnsOf(rule, memberRule, jobRule);
  closeQueue(events, [mine, theirs, props.policies.role.roleArn, people, scheduled], ruleArns);
  closeQueue(deadLetters, [mine], null);
  closeQueue(undelivered, [scheduled], ruleArns);
  closeQueue(lane.events, [mine, theirs, people], null);
  closeQueue(lane.deadLetters, [theirs], null);
  alarms(new Construct(stack, "Sweep"), alerts.topic, {
    queues,
    rules: { Rule: rule, ...(memberRule && { MemberRule: memberRule }), ...(jobRule && { JobRule: jobRule }) },
    functions: { Function: made.fn },
  });
  // A hundred thousand buckets are in the lane at once, and wait there for most of two hours.
  const stalledAfter = Duration.hours(6);
  alarms(new Construct(stack, "Lane"), alerts.topic, { queues: lane, rules: {}, functions: {}, stalledAfter });
  if (props.sweep !== null) overdueAlarm(stack, alerts.topic, props.sweep);
  return {
    ...made,
    deployment: {
      startRoleArn: startRole.roleArn,
      sweepQueueUrl: events.queueUrl,
      sweepDeadLetterQueueUrl: deadLetters.queueUrl,
      sweepUndeliveredQueueUrl: undelivered.queueUrl,
      laneQueueUrl: lane.events.queueUrl,
      laneDeadLetterQueueUrl: lane.deadLetters.queueUrl,
      sweepFunction: made.fn.functionName,
      sweepRoleArn: made.role.roleArn,
      ...ruleRecord("keyRule", rule),
      ...(memberRule && ruleRecord("memberKeyRule", memberRule)),
      ...(jobRule && ruleRecord("jobRule", jobRule)),
    },
  };
}

// --- internal ---

/**
 * The role by which people start a sweep, go on with a halted run, and redrive the dead letters of
 * both queues. IAM in this account decides who may assume it.
 */
function starter(stack: Stack, { events, deadLetters, undelivered, lane }: SweepQueues): Role {
  const role = new Role(stack, "StartRole", {
    description: "Starts and resumes Bucketseal's runs over many buckets, and redrives their dead letters",
    assumedBy: new AccountRootPrincipal(),
  });
  const dead = [deadLetters, undelivered, lane.deadLetters].map(({ queueArn }) => queueArn);
  grant(role, redrivePermissions(dead, [events.queueArn, lane.events.queueArn]));
  return role;
}
