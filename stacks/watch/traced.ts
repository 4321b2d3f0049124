import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { tracePermissions } from "#aws/xray/permissions";
import { accept } from "../parts/accept.ts";
import type { Lambda } from "../parts/lambda.ts";

/**
 * Has Lambda trace the functions with X-Ray, and lets their roles do so: how long each invocation
 * waited and worked, beside what the services before it did.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export function traced(scope: Construct, functions: readonly Lambda[]): void {
  const policy = new ManagedPolicy(scope, "TracePolicy", {
    statements: tracePermissions().map(
      ({ sid, actions, resources }) => new PolicyStatement({ sid, actions: [...actions], resources: [...resources] }),
    ),
    roles: functions.map(({ role }) => role),
  });
  accept(policy, "AwsSolutions-IAM5", "X-Ray's calls name no resource.");
  for (const { fn } of functions) {
    const resource = fn.node.defaultChild as CfnFunction;
    resource.tracingConfig = { mode: "Active" };
    resource.node.addDependency(policy);
  }
}
