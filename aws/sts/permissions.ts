import type { Permission } from "#aws/permission";

/**
 * sts/: acting in the members of an organization, by exactly one role of theirs. `TagSession` is
 * asked for where a session has tags. assume-role.ts calls it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
 *
 * @param memberRole - the ARN of that role, with `*` in the place of the account
 * @param organization - the only one whose accounts are acted in
 */
export function memberPermissions(memberRole: string, organization: string): Permission[] {
  return [
    {
      sid: "ActInMembers",
      actions: ["sts:AssumeRole", "sts:TagSession"],
      resources: [memberRole],
      conditions: { StringEquals: { "aws:ResourceOrgID": organization } },
    },
  ];
}
