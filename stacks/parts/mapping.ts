import { CfnEventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

export interface MappingOptions {
  /** How many instances of the function may take messages at once. */
  readonly concurrency: number;
  readonly batchSize?: number;
  readonly windowSeconds?: number;
}

/**
 * The mapping from a queue to a function: by default ten messages at a time without waiting,
 * failures reported one by one. Parallel invocations are limited here and not by reserved
 * concurrency, whose throttles would count as receives.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function mapping(
  scope: Construct,
  id: string,
  fn: IFunction,
  queue: Queue,
  { concurrency, batchSize = 10, windowSeconds = 0 }: MappingOptions,
): void {
  new CfnEventSourceMapping(scope, id, {
    functionName: fn.functionName,
    eventSourceArn: queue.queueArn,
    batchSize,
    ...(windowSeconds === 0 ? {} : { maximumBatchingWindowInSeconds: windowSeconds }),
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: concurrency },
  }).node.addDependency(fn.role ?? fn);
}
