/**
 * s3/: what buckets and objects are encrypted under, and everything else about them that decides
 * whether that may be changed. Each statement names the files that call it.
 */

import { type Permission, type Scope, viaService } from "#aws/permission";

/** Where the object function works, and what the deployment lets it do. */
export interface ObjectPermissionScope extends Scope {
  /** Whether objects may be copied onto themselves. */
  readonly copy: boolean;
}

/** Reading and repairing bucket encryption, in the function's own account only; no objects. */
export function bucketPermissions({ partition, account }: Scope): Permission[] {
  const resources = [`arn:${partition}:s3:::*`];
  return [
    // bucket-encryption.ts, bucket-tags.ts
    {
      sid: "ReadBuckets",
      actions: ["s3:GetEncryptionConfiguration", "s3:GetBucketTagging"],
      resources,
      conditions: within(account),
    },
    // bucket-encryption.ts
    {
      sid: "RepairBuckets",
      actions: ["s3:PutEncryptionConfiguration"],
      resources,
      conditions: within(account),
    },
  ];
}

/**
 * Listing the account's buckets, whatever they are called: list-buckets.ts.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function listPermissions(): Permission[] {
  return [{ sid: "ListBuckets", actions: ["s3:ListAllMyBuckets"], resources: ["*"] }];
}

/**
 * Reading whether buckets send events about their objects and, where the deployment says so,
 * switching them on: bucket-notifications.ts.
 */
export function notificationPermissions(
  { partition, account }: Scope,
  { manage }: { readonly manage: boolean },
): Permission[] {
  return [
    {
      sid: "SeeNotifications",
      actions: ["s3:GetBucketNotification", ...(manage ? ["s3:PutBucketNotification"] : [])],
      resources: [`arn:${partition}:s3:::*`],
      conditions: within(account),
    },
  ];
}

/**
 * Reading objects of the function's own account and updating their encryption in place. HeadObject
 * needs `s3:GetObject`, which also reads the bytes of unencrypted and SSE-S3 objects: there is no
 * lesser right. Without `s3:ListBucket` a missing object is a refusal, and the pages do not say
 * whether a missing version (`null`, say) is one without `s3:ListBucketVersions`; without the
 * rights on locks HeadObject leaves them out.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export function objectPermissions(scope: ObjectPermissionScope): Permission[] {
  const { partition, account, region, copy } = scope;
  const conditions = within(account);
  const objects = [`arn:${partition}:s3:::*/*`];
  const buckets = [`arn:${partition}:s3:::*`];
  return [
    // object-head.ts
    {
      sid: "LookAtObjects",
      actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      resources: objects,
      conditions,
    },
    // object-head.ts, bucket-tags.ts, bucket-payer.ts
    {
      sid: "LookAtBuckets",
      actions: ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketTagging", "s3:GetBucketRequestPayment"],
      resources: buckets,
      conditions,
    },
    // object-update.ts
    { sid: "UpdateObjects", actions: ["s3:UpdateObjectEncryption"], resources: objects, conditions },
    // What S3 does with the keys of object-update.ts and object-copy.ts
    {
      sid: "ReEncryptThroughS3",
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      // A copy may go to a key of another account, whose own policy must allow it.
      resources: [`arn:${partition}:kms:${region}:${copy ? "*" : account}:key/*`],
      conditions: { StringEquals: { "kms:ViaService": viaService("s3", region) } },
    },
    ...(copy ? copyPermissions(objects, buckets, conditions) : []),
  ];
}

// --- internal ---

function within(account: string): NonNullable<Permission["conditions"]> {
  return { StringEquals: { "aws:ResourceAccount": account } };
}

/**
 * Everything that a copy carries over needs a right of its own; a missing one stops the copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
function copyPermissions(
  objects: readonly string[],
  buckets: readonly string[],
  conditions: NonNullable<Permission["conditions"]>,
): Permission[] {
  return [
    // object-copy.ts, object-grants.ts
    {
      sid: "CopyObjects",
      actions: [
        "s3:PutObject",
        "s3:GetObjectTagging",
        "s3:PutObjectTagging",
        "s3:GetObjectAnnotation",
        "s3:PutObjectAnnotation",
        "s3:GetObjectAcl",
        "s3:GetObjectVersionAcl",
        "s3:PutObjectAcl",
      ],
      resources: objects,
      conditions,
    },
    // bucket-ownership.ts, bucket-versioning.ts, object-uploads.ts
    {
      sid: "LookAtWhatACopyDependsOn",
      actions: ["s3:GetBucketOwnershipControls", "s3:GetBucketVersioning", "s3:ListBucketMultipartUploads"],
      resources: buckets,
      conditions,
    },
  ];
}
