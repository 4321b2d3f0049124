import { bucketHazardPermissions } from "#aws/guard/permissions";

/** What a person needs so that hazards can be judged: without it nothing is written. */
export const hazardActions = bucketHazardPermissions({ partition: "aws", account: "", region: "" }).flatMap(
  ({ actions }) => actions,
);

/** The calls that read what hazards depend on, as the call log names them. */
export const hazardReads: ReadonlySet<string> = new Set([
  "GetBucketPolicy",
  "GetBucketPolicyStatus",
  "GetBucketPublicAccessBlock",
  "GetBucketAcl",
  "GetBucketOwnershipControls",
  "GetBucketWebsite",
  "GetBucketReplication",
  "GetBucketLogging",
  "GetKeyPolicy",
  "ListGrants",
]);
