import { type Stack, Tags, Token } from "aws-cdk-lib";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { backfillQueues } from "./backfill/queues.ts";
import { backfillResources } from "./backfill/resources.ts";
import { batchResources } from "./batch/resources.ts";
import { bucketResources } from "./bucket/resources.ts";
import { ledger } from "./ledger.ts";
import { dataTrail } from "./object/data-trail.ts";
import { objectResources } from "./object/resources.ts";
import { operatorRole } from "./operator.ts";
import type { Options } from "./options.ts";
import { hubBus } from "./org/bus.ts";
import { objectPlane } from "./org/object-plane.ts";
import { orgRecord } from "./org/record.ts";
import { memberStackSet } from "./org/stack-set.ts";
import { closeTable } from "./parts/close-table.ts";
import { desiredState } from "./policy/desired-state.ts";
import { policyResources } from "./policy/resources.ts";
import { sweepQueues } from "./sweep/queues.ts";
import { sweepResources } from "./sweep/resources.ts";
import { trail } from "./trail.ts";
import { version } from "./version.ts";
import { alarms, silenceAlarm } from "./watch/alarms.ts";
import { alerts, closeTopic } from "./watch/alerts.ts";
import { dashboard } from "./watch/dashboard.ts";
import { lookAlarms } from "./watch/look-alarms.ts";
import { traced } from "./watch/traced.ts";

/**
 * All resources of the hub. Puts them into a stack and returns its outputs; plain CDK, so tests can
 * synthesize it without SST.
 */
export function hub(stack: Stack, stage: string, options: Options): Record<string, string> {
  Tags.of(stack).add("bucketseal:stage", stage);
  const alerting = alerts(stack, options.email);
  const ledgerTable = ledger(stack);
  const desired = desiredState(stack, stage, ledgerTable);
  const { concurrency, historyDays, laneConcurrency } = options;
  const org = options.org && { stage, settings: options.org };
  if (org !== null) refuseElsewhere(stack, org.settings.homeRegion);
  const members = org && hubBus(stack, org);
  const { manageNotifications } = options;
  if (org !== null && options.stackSet) memberStackSet(stack, org, { account: stack.account, manageNotifications });
  const shared = { alerts: alerting, desired, ledgerTable, concurrency, org, hub: members };
  const runs = sweepQueues(stack);
  const existing = options.backfill ? backfillQueues(stack) : null;
  const { driftWaitSeconds } = options;
  const windows = existing && { queue: existing.backfill.events, waitSeconds: driftWaitSeconds };
  const looks = { manageNotifications, historyDays, laneConcurrency, windows };
  const buckets = bucketResources(stack, { ...shared, ...looks, sweep: runs });
  const batch = options.batch ? batchResources(stack) : null;
  const objects = objectResources(stack, { ...shared, options, jobRole: batch?.role ?? null, atRest: existing });
  const backfills = existing && backfillResources(stack, { ...shared, queues: existing, buckets, objects });
  const policies = policyResources(stack, { ...shared, buckets, sweep: runs.events });
  const sweeps = sweepResources(stack, {
    ...shared,
    queues: runs,
    buckets,
    policies,
    sweep: options.sweep,
    digest: options.digest,
    batch,
  });

  const plane = org !== null && options.objectPlane ? objectPlane(stack, org, shared) : null;
  const planes = plane === null ? [] : [plane.role.roleArn];
  closeTable(desired.policyTable, [desired.pushRole.roleArn]);
  const loops = [buckets.role.roleArn, objects.role.roleArn];
  const operator = operatorRole(stack, ledgerTable);
  const runners = [sweeps.role.roleArn, ...(backfills === null ? [] : [backfills.role.roleArn]), ...planes];
  closeTable(ledgerTable, [...loops, desired.pushRole.roleArn, operator.roleArn, ...runners]);
  closeTopic(alerting.topic, [...loops, policies.role.roleArn, ...runners]);
  const logs = options.trail === "create" ? trail(stack) : [];
  const own = batch === null ? logs : [...logs, batch.reports];
  if (options.dataTrail === "create") dataTrail(stack, { stage, own, except: options.dataTrailExcept });
  alarms(stack, alerting.topic, {
    queues: buckets.queues,
    rules: { Rule: buckets.rule, ...(buckets.memberRule && { MemberRule: buckets.memberRule }) },
    functions: { Bucket: buckets.fn, Policy: policies.fn },
  });
  lookAlarms(stack, alerting.topic);
  silenceAlarm(stack, alerting);
  if (options.tracing) traced(stack, [buckets, objects, policies, sweeps, ...(backfills === null ? [] : [backfills])]);
  dashboard(stack, {
    lines: { bucket: buckets.queues, lane: runs.lane, sweep: runs, object: objects.queues, ...existing },
    functions: {
      bucket: buckets.fn,
      object: objects.fn,
      policy: policies.fn,
      sweep: sweeps.fn,
      ...(backfills && { backfill: backfills.fn }),
    },
  });

  const deployment = {
    stage,
    policyTable: desired.policyTable.tableName,
    ledgerTable: ledgerTable.tableName,
    pushRoleArn: desired.pushRole.roleArn,
    operatorRoleArn: operator.roleArn,
    historyDays: String(historyDays),
    topicArn: alerting.topic.topicArn,
    silenceTopicArn: alerting.silence.topicArn,
    pauseParameter: `/bucketseal/${stage}/writes`,
    ...buckets.deployment,
    ...policies.deployment,
    ...objects.deployment,
    ...sweeps.deployment,
    ...batch?.deployment,
    ...backfills?.deployment,
    ...(members && { ...orgRecord(members), manageNotifications: manageNotifications ? "on" : "off" }),
    ...plane?.deployment,
    objects: options.objects ? "on" : "off",
    sweep: options.sweep ?? "off",
    version: version(),
    ...(options.deployment === null ? {} : { deployment: options.deployment }),
  };
  new StringParameter(stack, "Deployment", {
    parameterName: `/bucketseal/${stage}/deployment`,
    description: "The resources of this Bucketseal stage, read by the CLI",
    stringValue: stack.toJsonString(deployment),
  });
  return deployment;
}

// --- internal ---

/** Members know one Region in which the hub's bus is, and theirs in which the role is made. */
function refuseElsewhere({ region }: Stack, homeRegion: string): void {
  if (Token.isUnresolved(region) || region === homeRegion) return;
  throw new Error(
    `BUCKETSEAL_ORG says homeRegion ${homeRegion}, and this is ${region}: deploy there, or change the file`,
  );
}
