import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Permission } from "#aws/permission";

/** A Lambda role that may do what is listed and write its own log, and nothing else. */
export function functionRole(scope: Construct, id: string, log: LogGroup, permissions: readonly Permission[]): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  // A log group's ARN ends in :*, which takes in its streams.
  grant(role, [...permissions, { sid: "WriteTheLog", actions: LOG_ACTIONS, resources: [log.logGroupArn] }]);
  return role;
}

/**
 * Puts permissions on a role as one customer managed policy: readable in one place, apart from the role, so that resource policies can
 * name it, and its child, so that whatever waits for the role waits for its permissions too (Lambda tries them when a mapping is made).
 */
export function grant(role: Role, permissions: readonly Permission[]): void {
  new ManagedPolicy(role, "Policy", { statements: permissions.map(statement), roles: [role] });
}

/** What Lambda itself does with a function's role. */
export const LOG_ACTIONS: readonly string[] = ["logs:CreateLogStream", "logs:PutLogEvents"];

// --- internal ---

function statement({ sid, actions, resources, conditions }: Permission): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions: { ...conditions } }),
  });
}
