import type { Home } from "#core/event/scope";
import { partitionOf } from "#core/names";
import type { Deployment } from "#core/stage/deployment";
import { busOf } from "./bus.ts";

/** A queue, and who may send to it: stacks/bucket/resources.ts and its like say the same. */
export interface ClosedQueue {
  readonly name: string;
  readonly url: string;
  /** Roles and rules: nobody else may send. */
  readonly senders: readonly string[];
  readonly ruleArns: readonly string[];
}

/** The queues of a stage that are closed, as they were deployed. */
export function closedQueues(deployment: Deployment, { account, region }: Home): readonly ClosedQueue[] {
  const { bucketRoleArn, objectRoleArn, policyRoleArn, redriveRoleArn, objectRedriveRoleArn } = deployment;
  const rule = (name: string | undefined) =>
    name === undefined ? [] : [`arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`];
  const ofMembers = (name: string | undefined) => rule(name === undefined ? name : `${busOf(deployment)}/${name}`);
  const bucket = [...rule(deployment.bucketRule), ...ofMembers(deployment.memberBucketRule)];
  const keys = [...rule(deployment.keyRule), ...ofMembers(deployment.memberKeyRule), ...rule(deployment.jobRule)];
  const object = [...rule(deployment.objectCreatedRule), ...rule(deployment.objectCalledRule)];
  const queue = (url: string, roles: readonly string[], ruleArns: readonly string[] = []): ClosedQueue => ({
    name: url.split("/").at(-1) ?? "",
    url,
    senders: [...roles, ...ruleArns],
    ruleArns,
  });
  return [
    queue(deployment.eventQueueUrl, [bucketRoleArn, redriveRoleArn], bucket),
    queue(deployment.deadLetterQueueUrl, [bucketRoleArn]),
    queue(deployment.undeliveredQueueUrl, [policyRoleArn], bucket),
    queue(deployment.objectQueueUrl, [objectRoleArn, objectRedriveRoleArn], object),
    queue(deployment.objectDeadLetterQueueUrl, [objectRoleArn]),
    queue(deployment.objectUndeliveredQueueUrl, [], object),
    ...runQueues(deployment).map(([url, roles, isFed]) => queue(url, roles, isFed ? keys : [])),
  ];
}

// --- internal ---

/**
 * Those of sweeps and pushes, as stacks/sweep/resources.ts closes them, and whether the rule for
 * keys sends to them; the schedule's role is not known.
 */
function runQueues(
  deployment: Deployment,
): readonly (readonly [url: string, roles: readonly string[], isFedByKeys: boolean])[] {
  const { bucketRoleArn, sweepRoleArn, startRoleArn, sweepQueueUrl, laneQueueUrl } = deployment;
  const { sweepDeadLetterQueueUrl, sweepUndeliveredQueueUrl, laneDeadLetterQueueUrl } = deployment;
  const known = (...roles: readonly (string | undefined)[]) => roles.filter((arn) => arn !== undefined);
  const senders = known(sweepRoleArn, bucketRoleArn, startRoleArn);
  const all = [
    [sweepQueueUrl, senders, true],
    [sweepDeadLetterQueueUrl, known(sweepRoleArn), false],
    [sweepUndeliveredQueueUrl, [], true],
    [laneQueueUrl, senders, false],
    [laneDeadLetterQueueUrl, [bucketRoleArn], false],
  ] as const;
  return all.flatMap(([url, roles, isFed]) => (url === undefined ? [] : [[url, roles, isFed] as const]));
}
