import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Permission } from "#aws/permission";
import { type ActingFunction, HUB_ROLE_PATH, hubRoleName } from "#core/org/names";
import { codeWithOrg } from "../org/code.ts";
import type { HubOrg } from "../org/hub-org.ts";
import { functionRole } from "./grant.ts";

export interface LambdaProps {
  /** The file's name under functions/, also that of its bundle's folder. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly permissions: readonly Permission[];
  readonly environment: (role: Role) => Readonly<Record<string, string>>;
  /**
   * It sends messages to the queue that invokes it. Lambda must not take that for a runaway loop
   * and drop them: the functions count their hops themselves (core/stage/queue.ts).
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  readonly asksItself?: boolean;
  /**
   * It acts for an organization: it finds the settings beside its bundle, and its role has a name
   * that members pin. `null`: there is none.
   */
  readonly acting?: { readonly as: ActingFunction; readonly org: HubOrg } | null;
}

export interface Lambda {
  readonly fn: LambdaFunction;
  readonly role: Role;
}

/**
 * A Lambda function: Node 24 on arm64, its own role and log group, the bundle that
 * scripts/build-functions.ts made.
 */
export function lambda(scope: Construct, id: string, props: LambdaProps): Lambda {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const { acting = null } = props;
  const named = acting && { path: HUB_ROLE_PATH, roleName: hubRoleName(acting.org.stage, acting.as) };
  const role = functionRole(scope, `${id}Role`, logGroup, { permissions: props.permissions, named });
  const bundle = `dist/functions/${props.name}`;
  const fn = new LambdaFunction(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: "index.handler",
    code: acting === null ? Code.fromAsset(bundle) : codeWithOrg(bundle, acting.org),
    memorySize: 512,
    timeout: props.timeout,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    ...(props.asksItself ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    environment: { ...props.environment(role), ...(acting && { ORG: "on" }), NODE_OPTIONS: "--enable-source-maps" },
  });
  return { fn, role };
}
