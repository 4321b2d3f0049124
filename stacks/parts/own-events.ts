import { Stack } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import type { IConstruct } from "constructs";

/**
 * S3's events of the stack's own account and Region: those that others forward to its bus keep
 * theirs. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function ownEvents(scope: IConstruct): Pick<EventPattern, "source" | "account" | "region"> {
  const { account, region } = Stack.of(scope);
  return { source: ["aws.s3"], account: [account], region: [region] };
}
