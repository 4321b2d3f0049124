import { RemovalPolicy, type Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, Effect, PolicyStatement, Role, StarPrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { memberLedgerPermissions } from "#aws/ledger/permissions";
import { ancestorPermissions, ofAccount } from "#aws/organizations/permissions";
import { policyReadPermissions } from "#aws/policy/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { pausePermissions } from "#aws/ssm/permissions";
import { codeBucketPrefix, HUB_ROLE_PATH, objectRolePrefix, PLANE_TAG, planeRoleName } from "#core/org/names";
import { accept } from "../parts/accept.ts";
import { grant } from "../parts/grant.ts";
import type { DesiredState } from "../policy/desired-state.ts";
import type { Alerts } from "../watch/alerts.ts";
import type { HubOrg } from "./hub-org.ts";
import { objectCode } from "./object-code.ts";

export interface ObjectPlane {
  readonly role: Role;
  /** What the CLI needs to know about it. */
  readonly deployment: Readonly<Record<string, string>>;
}

/**
 * What object functions in members need of the hub: one role, which reads the policy and the pause
 * switch, keeps the findings of the caller's own account and sends alerts, and a bucket with the
 * function's code.
 */
export function objectPlane(
  stack: Stack,
  org: HubOrg,
  shared: { readonly alerts: Alerts; readonly desired: DesiredState; readonly ledgerTable: TableV2 },
): ObjectPlane {
  const { alerts, desired, ledgerTable } = shared;
  const { partition, region } = stack;
  const account = `\${aws:PrincipalTag/${PLANE_TAG}}`;
  const role = new Role(stack, "PlaneRole", {
    description: "The object functions of Bucketseal in members read the policy and keep their findings",
    path: HUB_ROLE_PATH,
    roleName: planeRoleName(org.stage),
    assumedBy: new AnyPrincipal().withConditions(byObjectRoles(org, partition)).withSessionTags(),
  });
  grant(role, [
    ...policyReadPermissions(desired.policyTable.tableArn),
    ...memberLedgerPermissions(ledgerTable.tableArn, account),
    ...pausePermissions(desired.pauseArns),
    ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, region),
    ...ancestorPermissions([
      `arn:${partition}:organizations::*:account/${org.settings.id}/*`,
      `arn:${partition}:organizations::*:ou/${org.settings.id}/*`,
    ]),
    ...ofAccount(`arn:${partition}:organizations::*:account/${org.settings.id}/${account}`),
  ]);
  accept(role.node.findChild("Policy"), "AwsSolutions-IAM5", "An account's place is listed, whichever account it is.");
  codeBucket(stack, org);
  return { role, deployment: { planeRoleArn: role.roleArn, objectCode: objectCode().key } };
}

// --- internal ---

/**
 * Object functions' roles of this organization, by path and name, each for its own account: the
 * tag that it asks for is what limits the session.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function byObjectRoles({ stage, settings }: HubOrg, partition: string): Record<string, Record<string, unknown>> {
  const named = `${settings.role.path}${objectRolePrefix(stage, settings)}*`;
  return {
    StringEquals: {
      "aws:PrincipalOrgID": settings.id,
      [`aws:RequestTag/${PLANE_TAG}`]: `\${aws:PrincipalAccount}`,
    },
    ArnLike: { "aws:PrincipalArn": `arn:${partition}:iam::*:role${named}` },
    "ForAllValues:StringEquals": { "aws:TagKeys": [PLANE_TAG] },
  };
}

/**
 * The bucket that members' CloudFormation reads code from: of the organization only, by TLS only.
 * What is in it is no secret, and only whoever deploys writes it.
 */
function codeBucket(stack: Stack, { stage, settings }: HubOrg): void {
  const bucket = new Bucket(stack, "ObjectCode", {
    bucketName: `${codeBucketPrefix(stage, stack.account)}${settings.homeRegion}`,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: "MembersMayRead",
      effect: Effect.ALLOW,
      principals: [new StarPrincipal()],
      actions: ["s3:GetObject"],
      resources: [bucket.arnForObjects("object/*")],
      conditions: { StringEquals: { "aws:PrincipalOrgID": settings.id } },
    }),
  );
  accept(bucket, "AwsSolutions-S1", "It holds code that every member may read; who reads it is in their trails.");
}
