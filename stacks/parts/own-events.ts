import { Stack } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import type { IConstruct } from "constructs";

/**
 * A service's events of the stack's own account and Region: those that others forward to its bus
 * keep theirs. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function ownEvents(
  scope: IConstruct,
  source: "aws.s3" | "aws.kms" = "aws.s3",
): Pick<EventPattern, "source" | "account" | "region"> {
  const { account, region } = Stack.of(scope);
  return { source: [source], account: [account], region: [region] };
}
