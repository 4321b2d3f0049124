import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions } from "#aws/kms/permissions";

const scope = { partition: "aws", account: "", region: "" };

/** What a person needs so that hazards can be judged: without it nothing is written. */
export const hazardActions = [...hazardPermissions(scope, true), ...keyAccessPermissions(scope)].flatMap(
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
