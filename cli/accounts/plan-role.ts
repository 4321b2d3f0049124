import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions, keyPermissions } from "#aws/kms/permissions";
import { bucketPermissions, listPermissions } from "#aws/s3/permissions";

/** One statement of an IAM policy, as IAM writes it. */
interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: "*";
}

/** The least that a role needs for `plan` and `explain` to look at its account: reads only. */
export function planRoleStatements(): PolicyStatement[] {
  const anywhere = { partition: "aws", account: "*", region: "*" };
  const permissions = [
    ...listPermissions(),
    ...bucketPermissions(anywhere).filter(({ sid }) => sid === "ReadBuckets"),
    ...hazardPermissions(anywhere, true),
    ...keyPermissions(anywhere, "*"),
    ...keyAccessPermissions(anywhere),
  ];
  return permissions.map(({ sid, actions }) => ({ Sid: sid, Effect: "Allow", Action: actions, Resource: "*" }));
}

/** What the caller of `--all-accounts` and `--ou` needs, beside `sts:AssumeRole` on the role. */
export const organizationReads = [
  "organizations:ListAccounts",
  "organizations:ListAccountsForParent",
  "organizations:ListOrganizationalUnitsForParent",
  "organizations:ListParents",
  "organizations:ListTagsForResource",
  "organizations:DescribeAccount",
];

/** The same in a paragraph of `--help`. */
export const roleNote = `The role of --role needs no more than ${planRoleStatements()
  .flatMap(({ Action }) => Action)
  .join(", ")}. You need sts:AssumeRole on it, and for --all-accounts and --ou ${organizationReads
  .slice(0, 3)
  .join(", ")}.`;

/** How `--region` is understood. */
export const regionsNote =
  "With accounts, or with several Regions (a list, or repeated), --region also says which buckets are looked at; a single one alone does not.";
