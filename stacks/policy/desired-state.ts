import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { alarmPermissions, pinPermissions, resumePermissions } from "#aws/ledger/permissions";
import { pushPermissions } from "#aws/policy/permissions";
import { grant } from "../parts/grant.ts";

export interface DesiredState {
  readonly policyTable: TableV2;
  readonly pushRole: Role;
  readonly pauseParameter: StringParameter;
  /** Both halves of the pause switch, to be read. */
  readonly pauseArns: readonly string[];
}

/**
 * The desired state: its table, the one role that may write it, accept keys and clear alarms, and
 * the switch that pauses all writes. IAM in this account decides who may assume the push role and
 * who may turn the switch (`ssm:PutParameter`).
 */
export function desiredState(scope: Construct, stage: string, ledgerTable: TableV2): DesiredState {
  const pushRole = new Role(scope, "PushRole", {
    description: "Pushes and rolls back Bucketseal policies, accepts keys and clears alarms",
    assumedBy: new AccountRootPrincipal(),
  });
  const policyTable = new TableV2(scope, "PolicyTable", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  grant(pushRole, [
    ...pushPermissions(policyTable.tableArn),
    ...pinPermissions(ledgerTable.tableArn),
    ...alarmPermissions(ledgerTable.tableArn),
    ...resumePermissions(ledgerTable.tableArn),
  ]);
  const pauseParameter = new StringParameter(scope, "PauseSwitch", {
    parameterName: `/bucketseal/${stage}/writes`,
    description: "allowed, or the reason why writes are paused (bucketseal pause, bucketseal resume)",
    stringValue: "allowed",
  });
  const paused = Stack.of(scope).formatArn({ service: "ssm", resource: `parameter/bucketseal/${stage}/paused` });
  return { policyTable, pushRole, pauseParameter, pauseArns: [pauseParameter.parameterArn, paused] };
}
