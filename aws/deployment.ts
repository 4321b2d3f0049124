import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** Where the parts of one deployed stage are, as the stack itself wrote it down. */
export interface Deployment {
  readonly stage: string;
  readonly policyTable: string;
  readonly ledgerTable: string;
  /** The one role that may write the policy table, and pins. */
  readonly pushRoleArn: string;
  /** The one role that may bring dead letters back to the queue. */
  readonly redriveRoleArn: string;
  readonly topicArn: string;
  /** Name of the Parameter Store parameter that pauses writes. */
  readonly pauseParameter: string;
  readonly eventQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly undeliveredQueueUrl: string;
  readonly bucketFunction: string;
  readonly bucketRoleArn: string;
  readonly policyFunction: string;
  readonly objectQueueUrl: string;
  readonly objectDeadLetterQueueUrl: string;
  readonly objectUndeliveredQueueUrl: string;
  readonly objectFunction: string;
  readonly objectRoleArn: string;
  /** The one role that may bring dead letters back to the object queue. */
  readonly objectRedriveRoleArn: string;
}

/** Prefix of the parameters that the stacks write, one folder a stage. */
export const PARAMETER_PREFIX = "/bucketseal";

/**
 * The stages of Bucketseal deployed in the client's account and Region.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export async function findDeployments(ssm: SSMClient): Promise<Deployment[]> {
  const deployments: Deployment[] = [];
  let next: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: PARAMETER_PREFIX, Recursive: true, ...(next ? { NextToken: next } : {}) }),
    );
    for (const parameter of page.Parameters ?? []) {
      if (parameter.Name?.endsWith("/deployment") && parameter.Value !== undefined) {
        deployments.push(JSON.parse(parameter.Value) as Deployment);
      }
    }
    next = page.NextToken;
  } while (next !== undefined);
  return deployments;
}
