import { onlyItems } from "#aws/ledger/permissions";
import type { Permission, Scope } from "#aws/permission";

export interface ObjectScope extends Scope {
  /** Whether objects may be copied onto themselves. */
  readonly copy: boolean;
}

/**
 * Looking at objects of the function's own account and updating their encryption in place. HeadObject needs `s3:GetObject`, which reads
 * unencrypted and SSE-S3 objects too: there is no lesser right. Without `s3:ListBucket` an object that is gone is a refusal; without the rights to
 * look at locks HeadObject is silent about them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export function objectPermissions(scope: ObjectScope): Permission[] {
  const { partition, account, region } = scope;
  const conditions = { StringEquals: { "aws:ResourceAccount": account } };
  const objects = [`arn:${partition}:s3:::*/*`];
  const buckets = [`arn:${partition}:s3:::*`];
  return [
    {
      sid: "LookAtObjects",
      actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      resources: objects,
      conditions,
    },
    {
      sid: "LookAtBuckets",
      actions: ["s3:ListBucket", "s3:GetBucketTagging", "s3:GetBucketRequestPayment"],
      resources: buckets,
      conditions,
    },
    { sid: "UpdateObjects", actions: ["s3:UpdateObjectEncryption"], resources: objects, conditions },
    {
      sid: "ReEncryptThroughS3",
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      // A copy may go to a key of another account, which has to allow it itself.
      resources: [`arn:${partition}:kms:${region}:${scope.copy ? "*" : account}:key/*`],
      conditions: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
    {
      sid: "LookAtKeys",
      actions: ["kms:DescribeKey"],
      resources: [`arn:${partition}:kms:${region}:${scope.copy ? "*" : account}:key/*`],
    },
    {
      sid: "PlaceInTheOrganization",
      actions: ["organizations:ListParents"],
      resources: [
        `arn:${partition}:organizations::*:account/o-*/${account}`,
        `arn:${partition}:organizations::*:ou/o-*/*`,
      ],
    },
    ...(scope.copy ? copyPermissions(objects, buckets, conditions) : []),
  ];
}

/**
 * The ledger: what is kept of objects is added to and closed, and what aliases resolve to, what was told once and alarms
 * are read and recorded. What is known of buckets is out of reach.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function objectLedgerPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepTheLedger",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("OBJECTS#*", "COPIES#*"),
    },
    {
      sid: "PinKeysAndTellOnce",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("PIN#*", "MARK"),
    },
    {
      sid: "RaiseAlarms",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("ALARM#*"),
    },
  ];
}

// --- internal ---

/**
 * Everything that one copy carries over needs a right of its own; one that is missing stops the copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
function copyPermissions(
  objects: readonly string[],
  buckets: readonly string[],
  conditions: NonNullable<Permission["conditions"]>,
): Permission[] {
  return [
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
    {
      sid: "LookAtWhatACopyDependsOn",
      actions: ["s3:GetBucketOwnershipControls", "s3:GetBucketVersioning", "s3:ListBucketMultipartUploads"],
      resources: buckets,
      conditions,
    },
  ];
}
