import type { Permission, Scope } from "#aws/permission";

/** Reading and repairing bucket encryption, in the function's own account only: nothing about objects. */
export function bucketPermissions({ partition, account, region }: Scope): Permission[] {
  const own = { StringEquals: { "aws:ResourceAccount": account } };
  return [
    {
      sid: "ReadBuckets",
      actions: ["s3:GetEncryptionConfiguration", "s3:GetBucketTagging"],
      resources: [`arn:${partition}:s3:::*`],
      conditions: own,
    },
    {
      sid: "RepairBuckets",
      actions: ["s3:PutEncryptionConfiguration"],
      resources: [`arn:${partition}:s3:::*`],
      conditions: own,
    },
    // Of every account: a key of a central account is looked at where its own policy allows that.
    { sid: "LookAtKeys", actions: ["kms:DescribeKey"], resources: [`arn:${partition}:kms:${region}:*:key/*`] },
    { sid: "PlaceInTheOrganization", actions: ["organizations:ListParents"], resources: ["*"] },
  ];
}

/** Seeing whether buckets send events about their objects and, where the deployment says so, switching them on. */
export function notificationPermissions(
  { partition, account }: Scope,
  { manage }: { readonly manage: boolean },
): Permission[] {
  return [
    {
      sid: "SeeNotifications",
      actions: ["s3:GetBucketNotification", ...(manage ? ["s3:PutBucketNotification"] : [])],
      resources: [`arn:${partition}:s3:::*`],
      conditions: { StringEquals: { "aws:ResourceAccount": account } },
    },
  ];
}
