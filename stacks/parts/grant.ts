import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Permission } from "#aws/permission";

/** A name that others, outside of the stack, know a role by. */
export interface RoleName {
  readonly path: string;
  readonly roleName: string;
}

/** A Lambda role with the listed permissions and the right to write its own log, nothing else. */
export function functionRole(
  scope: Construct,
  id: string,
  log: LogGroup,
  { permissions, named }: { readonly permissions: readonly Permission[]; readonly named: RoleName | null },
): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), ...named });
  // A log group's ARN ends in :*, which includes its streams.
  grant(role, [...permissions, { sid: "WriteTheLog", actions: LOG_ACTIONS, resources: [log.logGroupArn] }]);
  return role;
}

/**
 * Attaches permissions to a role as one customer managed policy, readable in one place. It is apart
 * from the role, so that resource policies can name the role, and a child of it, so that a resource
 * that waits for the role waits for its permissions too (Lambda tries them when a mapping is made).
 */
export function grant(role: Role, permissions: readonly Permission[]): void {
  new ManagedPolicy(role, "Policy", { statements: permissions.map(statement), roles: [role] });
}

/** Lambda's own calls with a function's role. */
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
