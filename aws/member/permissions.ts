/**
 * member/: what the hub may do in a member account, by the member role. It looks at buckets and
 * what their encryption depends on, and repairs their configuration; it has no rights on objects.
 */

import { regionPermissions } from "#aws/account/permissions";
import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions, keyPermissions } from "#aws/kms/permissions";
import type { Permission } from "#aws/permission";
import { bucketPermissions, listPermissions, notificationPermissions } from "#aws/s3/permissions";

/** Every Region of the account that the template is deployed to. */
const MEMBER = { partition: `\${AWS::Partition}`, account: `\${AWS::AccountId}`, region: "*" };

/** The statements of the member role, with CloudFormation's names for account and partition. */
export function memberRolePermissions(): Permission[] {
  const all = [
    ...listPermissions(),
    ...bucketPermissions(MEMBER),
    ...hazardPermissions(MEMBER, true),
    ...keyPermissions(MEMBER, "*"),
    ...keyAccessPermissions(MEMBER),
    ...notificationPermissions(MEMBER, { manage: false }),
    ...regionPermissions(),
  ];
  // What is about the account itself is one statement: a template has 10 KB.
  const isOfAccount = ({ resources }: Permission) => resources[0] === "*";
  const actions = all.filter(isOfAccount).flatMap((each) => each.actions);
  return [{ sid: "SeeTheAccount", actions, resources: ["*"] }, ...all.filter((each) => !isOfAccount(each))];
}

/** What it may do besides, where the member's owner lets it: switch on buckets' events. */
export function memberManagePermissions(): Permission[] {
  return notificationPermissions(MEMBER, { manage: true }).map(({ actions, ...rest }) => ({
    ...rest,
    sid: "SwitchOnNotifications",
    actions: actions.filter((action) => action.includes(":Put")),
  }));
}
