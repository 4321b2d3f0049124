import { type Stack, Tags } from "aws-cdk-lib";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { bucketEvents } from "./bucket/events.ts";
import { bucketFunction } from "./bucket/function.ts";
import { ledger } from "./ledger.ts";
import { dataTrail } from "./object/data-trail.ts";
import { objectResources } from "./object/resources.ts";
import type { Options } from "./options.ts";
import { closeTable } from "./parts/close-table.ts";
import { closeQueue, queues } from "./parts/queues.ts";
import { redrive } from "./parts/redrive.ts";
import { BUCKET_TIMEOUT } from "./parts/timeouts.ts";
import { desiredState } from "./policy/desired-state.ts";
import { policyFunction } from "./policy/function.ts";
import { trail } from "./trail.ts";
import { alarms } from "./watch/alarms.ts";
import { alerts, closeTopic } from "./watch/alerts.ts";
import { dashboard } from "./watch/dashboard.ts";

/** Puts everything of the hub into a stack and answers its outputs. Plain CDK, so that tests can synthesize it without SST. */
export function hub(stack: Stack, stage: string, options: Options): Record<string, string> {
  Tags.of(stack).add("bucketseal:stage", stage);
  const told = alerts(stack, options.email);
  const ledgerTable = ledger(stack);
  const desired = desiredState(stack, stage, ledgerTable);
  const lines = queues(stack, "Bucket", BUCKET_TIMEOUT);
  const rule = bucketEvents(stack, lines);
  const buckets = bucketFunction(stack, {
    alerts: told,
    desired,
    ledgerTable,
    queues: lines,
    manageNotifications: options.manageNotifications,
  });
  const policies = policyFunction(stack, { alerts: told, desired, undelivered: lines.undelivered });
  const objects = objectResources(stack, { alerts: told, desired, ledgerTable, options });
  const redriveRole = redrive(stack, lines);

  closeTable(desired.policyTable, [desired.pushRole.roleArn]);
  closeTable(ledgerTable, [buckets.role.roleArn, objects.role.roleArn, desired.pushRole.roleArn]);
  closeTopic(told.topic, [buckets.role.roleArn, objects.role.roleArn, policies.role.roleArn]);
  closeQueue(lines.events, [buckets.role.roleArn, redriveRole.roleArn], [rule.ruleArn]);
  closeQueue(lines.deadLetters, [buckets.role.roleArn], null);
  closeQueue(lines.undelivered, [policies.role.roleArn], [rule.ruleArn]);
  const logs = options.trail === "create" ? trail(stack) : [];
  if (options.dataTrail === "create") dataTrail(stack, { stage, own: logs, except: options.dataTrailExcept });
  const functions = { Bucket: buckets.fn, Policy: policies.fn };
  alarms(stack, told.topic, { queues: lines, rules: { Rule: rule }, functions });
  dashboard(stack, { queues: lines, rules: { Rule: rule }, functions });

  const deployment = {
    stage,
    policyTable: desired.policyTable.tableName,
    ledgerTable: ledgerTable.tableName,
    pushRoleArn: desired.pushRole.roleArn,
    redriveRoleArn: redriveRole.roleArn,
    topicArn: told.topic.topicArn,
    pauseParameter: `/bucketseal/${stage}/writes`,
    eventQueueUrl: lines.events.queueUrl,
    deadLetterQueueUrl: lines.deadLetters.queueUrl,
    undeliveredQueueUrl: lines.undelivered.queueUrl,
    bucketFunction: buckets.fn.functionName,
    bucketRoleArn: buckets.role.roleArn,
    policyFunction: policies.fn.functionName,
    policyRoleArn: policies.role.roleArn,
    ...objects.deployment,
  };
  new StringParameter(stack, "Deployment", {
    parameterName: `/bucketseal/${stage}/deployment`,
    description: "Where the parts of this Bucketseal are; the CLI finds them here",
    stringValue: stack.toJsonString(deployment),
  });
  return deployment;
}
