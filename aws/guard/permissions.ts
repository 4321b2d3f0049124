import type { Permission, Scope } from "#aws/permission";

/**
 * guard/: what hazards depend on, read right before a write, of buckets of the function's own
 * account only: bucket-policy.ts, policy-status.ts, public-access-block.ts, bucket-acl.ts,
 * object-ownership.ts, bucket-website.ts, bucket-replication.ts; and of that account itself:
 * account-public-access.ts.
 *
 * @param replicating - whether writes may concern a bucket's replication
 */
export function hazardPermissions({ partition, account }: Scope, replicating: boolean): Permission[] {
  return [
    {
      sid: "LookForHazards",
      actions: [
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketAcl",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketWebsite",
        ...(replicating ? ["s3:GetReplicationConfiguration"] : []),
      ],
      resources: [`arn:${partition}:s3:::*`],
      conditions: { StringEquals: { "aws:ResourceAccount": account } },
    },
    { sid: "SeeAccountBlock", actions: ["s3:GetAccountPublicAccessBlock"], resources: ["*"] },
  ];
}
