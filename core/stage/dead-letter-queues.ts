import type { Deployment } from "./deployment.ts";

/** A dead-letter queue of a stage, and where its messages came from. */
export interface DeadLetterQueue {
  /** As people name it: `bucket`, `object-undelivered`. */
  readonly name: string;
  readonly url: string;
  /** The queue that its messages are sent back to. */
  readonly homeUrl: string;
  /** The only role that may take and send them. */
  readonly roleArn: string;
  /** What events in it are about. */
  readonly about: "bucket" | "object" | "own";
}

/**
 * All dead-letter queues of a stage: of each queue what a function gave up, and what never arrived.
 */
export function deadLetterQueues(deployment: Deployment): readonly DeadLetterQueue[] {
  const bucket = { about: "bucket", homeUrl: deployment.eventQueueUrl, roleArn: deployment.redriveRoleArn } as const;
  const object = {
    about: "object",
    homeUrl: deployment.objectQueueUrl,
    roleArn: deployment.objectRedriveRoleArn,
  } as const;
  return [
    { ...bucket, name: "bucket", url: deployment.deadLetterQueueUrl },
    { ...bucket, name: "bucket-undelivered", url: deployment.undeliveredQueueUrl },
    { ...object, name: "object", url: deployment.objectDeadLetterQueueUrl },
    { ...object, name: "object-undelivered", url: deployment.objectUndeliveredQueueUrl },
    ...runQueues(deployment),
    ...backfillQueues(deployment),
  ];
}

// --- internal ---

/** Those of sweeps and pushes; none in a stage that was deployed before there were any. */
function runQueues(deployment: Deployment): readonly DeadLetterQueue[] {
  const { startRoleArn: role, sweepQueueUrl, laneQueueUrl } = deployment;
  const { sweepDeadLetterQueueUrl, sweepUndeliveredQueueUrl, laneDeadLetterQueueUrl } = deployment;
  return [
    ...ownQueue("sweep", role, sweepDeadLetterQueueUrl, sweepQueueUrl),
    ...ownQueue("sweep-undelivered", role, sweepUndeliveredQueueUrl, sweepQueueUrl),
    ...ownQueue("lane", role, laneDeadLetterQueueUrl, laneQueueUrl),
  ];
}

/** Those of passes over existing objects. */
function backfillQueues(deployment: Deployment): readonly DeadLetterQueue[] {
  const { backfillRoleArn: role, backfillQueueUrl, atRestQueueUrl } = deployment;
  return [
    ...ownQueue("backfill", role, deployment.backfillDeadLetterQueueUrl, backfillQueueUrl),
    ...ownQueue("at-rest", role, deployment.atRestDeadLetterQueueUrl, atRestQueueUrl),
  ];
}

function ownQueue(
  name: string,
  roleArn: string | undefined,
  url: string | undefined,
  homeUrl: string | undefined,
): readonly DeadLetterQueue[] {
  if (roleArn === undefined || url === undefined || homeUrl === undefined) return [];
  return [{ name, url, homeUrl, roleArn, about: "own" }];
}
