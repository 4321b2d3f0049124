import { CfnEventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/**
 * Lets a function take messages from a queue: ten at a time without waiting, if nothing else is said, failures reported one by one. The number of functions at
 * work is limited here and not by reserved concurrency, whose throttles would count as receives.
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
