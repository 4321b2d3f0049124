import type { Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { BackfillQueues } from "../backfill/queues.ts";
import type { HubOrg } from "../org/hub-org.ts";
import type { Lambda } from "../parts/lambda.ts";
import { closeQueue, type Queues, queues } from "../parts/queues.ts";
import { redrive } from "../parts/redrive.ts";
import { ruleRecord } from "../parts/rule-record.ts";
import { OBJECT_TIMEOUT } from "../parts/timeouts.ts";
import type { DesiredState } from "../policy/desired-state.ts";
import { alarms } from "../watch/alarms.ts";
import type { Alerts } from "../watch/alerts.ts";
import { objectEvents } from "./events.ts";
import { objectFunction } from "./function.ts";
import type { ObjectOptions } from "./options.ts";

export interface ObjectResources extends Lambda {
  readonly queues: Queues;
  /** What is stored about them for the CLI. */
  readonly deployment: Readonly<Record<string, string>>;
}

/** Everything about objects: their events, queue, function and alarms. */
export function objectResources(
  stack: Stack,
  shared: {
    readonly alerts: Alerts;
    readonly desired: DesiredState;
    readonly ledgerTable: TableV2;
    readonly options: ObjectOptions;
    /** The queues of existing objects; `null`: none are looked at. */
    readonly atRest: BackfillQueues | null;
    readonly concurrency: number;
    readonly org: HubOrg | null;
    /** The role of jobs of S3 Batch Operations, which are started by people; `null`: none. */
    readonly jobRole: Role | null;
  },
): ObjectResources {
  const lines = queues(stack, "Object", OBJECT_TIMEOUT);
  const rules = shared.options.objects ? objectEvents(stack, lines, shared.jobRole) : null;
  const { fn, role } = objectFunction(stack, { ...shared, queues: lines });
  const redriveRole = redrive(stack, lines, "ObjectRedriveRole");
  const ruleArns = rules === null ? null : [rules.created.ruleArn, rules.called.ruleArn];
  closeQueue(lines.events, [role.roleArn, redriveRole.roleArn], ruleArns);
  closeQueue(lines.deadLetters, [role.roleArn], null);
  closeQueue(lines.undelivered, [], ruleArns);
  alarms(new Construct(stack, "Object"), shared.alerts.topic, {
    queues: lines,
    rules: rules === null ? {} : { CreatedRule: rules.created, CalledRule: rules.called },
    functions: { Function: fn },
  });
  return {
    fn,
    role,
    queues: lines,
    deployment: {
      objectQueueUrl: lines.events.queueUrl,
      objectDeadLetterQueueUrl: lines.deadLetters.queueUrl,
      objectUndeliveredQueueUrl: lines.undelivered.queueUrl,
      objectFunction: fn.functionName,
      objectRoleArn: role.roleArn,
      objectRedriveRoleArn: redriveRole.roleArn,
      ...(rules === null
        ? {}
        : { ...ruleRecord("objectCreatedRule", rules.created), ...ruleRecord("objectCalledRule", rules.called) }),
    },
  };
}
