import { onlyItems } from "#aws/ledger/permissions";
import type { Permission, Scope } from "#aws/permission";

/**
 * backfill/: what is kept of backfills. The backfill function begins, lists, moves and ends them:
 * backfills.ts, list-page.ts, object-batches.ts, requests.ts.
 */
export function backfillPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "KeepBackfills",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
      resources: [ledgerTableArn],
      conditions: onlyItems("BACKFILL#*"),
    },
  ];
}

/**
 * Listing the versions of the objects of the account's own buckets: object-versions.ts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function versionListPermissions({ partition, account }: Scope): Permission[] {
  return [
    {
      sid: "ListExistingObjects",
      actions: ["s3:ListBucketVersions"],
      resources: [`arn:${partition}:s3:::*`],
      conditions: { StringEquals: { "aws:ResourceAccount": account } },
    },
  ];
}

/** The sweep function's part: what became of jobs of S3 Batch Operations (job-ends.ts). */
export function jobMemoryPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "RememberEndsOfJobs",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("JOB#*"),
    },
  ];
}

/** The object function's part: ending the batches that it looked at (object-batches.ts). */
export function objectBatchPermissions(ledgerTableArn: string): Permission[] {
  return [
    {
      sid: "EndBatchesOfBackfills",
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resources: [ledgerTableArn],
      conditions: onlyItems("BACKFILL#*"),
    },
  ];
}
