import { Effect, type IRole, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Permission } from "#aws/permissions";

/** A Lambda role that may do what is listed and write its own log, and nothing else. */
export function functionRole(scope: Construct, id: string, log: LogGroup, permissions: readonly Permission[]): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  grant(scope, `${id}Policy`, role, [
    ...permissions,
    { sid: "WriteTheLog", actions: LOG_ACTIONS, resources: [log.logGroupArn, `${log.logGroupArn}:log-stream:*`] },
  ]);
  return role;
}

/** Puts permissions on a role as one customer managed policy: readable in one place, and apart from the role, so that resource policies can name it. */
export function grant(scope: Construct, id: string, role: IRole, permissions: readonly Permission[]): void {
  new ManagedPolicy(scope, id, { statements: permissions.map(statement), roles: [role] });
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
    ...(conditions === undefined ? {} : { conditions }),
  });
}
