import { CfnEventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

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
  { batchSize, windowSeconds }: { readonly batchSize: number; readonly windowSeconds: number } = ALONE,
): void {
  new CfnEventSourceMapping(scope, id, {
    functionName: fn.functionName,
    eventSourceArn: queue.queueArn,
    batchSize,
    ...(windowSeconds === 0 ? {} : { maximumBatchingWindowInSeconds: windowSeconds }),
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 10 },
  }).node.addDependency(fn.role ?? fn);
}

// --- internal ---

const ALONE = { batchSize: 10, windowSeconds: 0 };
