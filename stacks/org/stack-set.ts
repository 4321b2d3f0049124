import { CfnStackSet } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { memberTemplate } from "#aws/member/template";
import { templateText } from "#aws/member/template-text";
import type { HubOrg } from "./hub-org.ts";

/**
 * The StackSet that rolls the member template out to every account below the units, those that
 * join later too. Only where the deployer asks for it: whoever can deploy this stack could then put
 * anything into all of those accounts. The hub must be a delegated administrator of StackSets.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
 */
export function memberStackSet(
  scope: Construct,
  org: HubOrg,
  { account, manageNotifications }: { readonly account: string; readonly manageNotifications: boolean },
): CfnStackSet {
  const { stage, settings } = org;
  const { regions, ous = [] } = settings;
  return new CfnStackSet(scope, "Members", {
    stackSetName: `bucketseal-${stage}-member`,
    description: "Lets Bucketseal's hub keep the encryption of the members' S3 buckets",
    templateBody: templateText(memberTemplate({ stage, account, settings, manageNotifications })),
    permissionModel: "SERVICE_MANAGED",
    callAs: "DELEGATED_ADMIN",
    autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
    managedExecution: { Active: true },
    capabilities: ["CAPABILITY_NAMED_IAM"],
    stackInstancesGroup: [{ deploymentTargets: { organizationalUnitIds: [...ous] }, regions: [...regions] }],
    operationPreferences: {
      failureTolerancePercentage: 10,
      maxConcurrentPercentage: 25,
      regionConcurrencyType: "PARALLEL",
    },
  });
}
