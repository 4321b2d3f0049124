import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import {
  AccountRootPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  Role,
  StarPrincipal,
} from "aws-cdk-lib/aws-iam";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { pushPermissions, TABLE_WRITES } from "#aws/permissions";
import { grant } from "./grant.ts";

export interface DesiredState {
  readonly policyTable: TableV2;
  readonly pushRole: Role;
  readonly pauseParameter: StringParameter;
}

/**
 * The desired-state table, the one role that may write it, and the switch that pauses all writes. The table's own policy refuses
 * everybody else, administrators included; whoever may assume the push role is decided by IAM in this account.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
 */
export function desiredState(scope: Construct, stage: string): DesiredState {
  const pushRole = new Role(scope, "PushRole", {
    description: "Pushes and rolls back Bucketseal policies",
    assumedBy: new AccountRootPrincipal(),
  });
  const policyTable = new TableV2(scope, "PolicyTable", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    resourcePolicy: new PolicyDocument({ statements: [onlyBy(pushRole)] }),
  });
  grant(scope, "PushPolicy", pushRole, pushPermissions(policyTable.tableArn));
  const pauseParameter = new StringParameter(scope, "PauseSwitch", {
    parameterName: `/bucketseal/${stage}/writes`,
    description: "allowed, or the reason why Bucketseal writes nothing (bucketseal pause, bucketseal resume)",
    stringValue: "allowed",
  });
  return { policyTable, pushRole, pauseParameter };
}

// --- internal ---

function onlyBy(role: Role): PolicyStatement {
  const { account, region, partition } = Stack.of(role);
  return new PolicyStatement({
    sid: "OnlyThePushRoleWrites",
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: [...TABLE_WRITES],
    resources: [`arn:${partition}:dynamodb:${region}:${account}:table/*`],
    conditions: { ArnNotEquals: { "aws:PrincipalArn": role.roleArn } },
  });
}
