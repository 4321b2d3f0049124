import type { Deployment } from "#core/stage/deployment";

/** A function of a stage, as far as its health is concerned. */
export interface FedFunction {
  readonly name: string;
  readonly roleArn: string;
  /** The names of the queues, or of the table, that feed it. */
  readonly sources: readonly string[];
  /** It sends messages to itself, which Lambda must not take for a loop. */
  readonly asksItself: boolean;
}

/** The functions of a stage and what feeds them. */
export function fedFunctions(deployment: Deployment): readonly FedFunction[] {
  const { eventQueueUrl, objectQueueUrl, policyTable, laneQueueUrl } = deployment;
  const { sweepFunction, sweepRoleArn, sweepQueueUrl, atRestQueueUrl } = deployment;
  const { backfillFunction, backfillFunctionRoleArn, backfillQueueUrl } = deployment;
  return [
    {
      name: deployment.bucketFunction,
      roleArn: deployment.bucketRoleArn,
      sources: [nameOf(eventQueueUrl), ...(laneQueueUrl === undefined ? [] : [nameOf(laneQueueUrl)])],
      asksItself: true,
    },
    {
      name: deployment.objectFunction,
      roleArn: deployment.objectRoleArn,
      sources: [nameOf(objectQueueUrl), ...(atRestQueueUrl === undefined ? [] : [nameOf(atRestQueueUrl)])],
      asksItself: true,
    },
    {
      name: deployment.policyFunction,
      roleArn: deployment.policyRoleArn,
      sources: [policyTable],
      asksItself: false,
    },
    ...(sweepFunction === undefined || sweepRoleArn === undefined || sweepQueueUrl === undefined
      ? []
      : [{ name: sweepFunction, roleArn: sweepRoleArn, sources: [nameOf(sweepQueueUrl)], asksItself: true }]),
    ...(backfillFunction === undefined || backfillFunctionRoleArn === undefined || backfillQueueUrl === undefined
      ? []
      : [
          {
            name: backfillFunction,
            roleArn: backfillFunctionRoleArn,
            sources: [nameOf(backfillQueueUrl)],
            asksItself: true,
          },
        ]),
  ];
}

// --- internal ---

function nameOf(queueUrl: string): string {
  return queueUrl.split("/").at(-1) ?? "";
}
