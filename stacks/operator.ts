import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { statePermissions } from "#aws/ledger/permissions";
import { grant } from "./parts/grant.ts";

/**
 * The role by which people write what is remembered of a bucket: what they restored, with its entry
 * in the history. It writes no bucket, no policy, no pin and no alarm. IAM in this account decides
 * who may assume it.
 */
export function operatorRole(scope: Construct, ledgerTable: TableV2): Role {
  const role = new Role(scope, "OperatorRole", {
    description: "Writes what Bucketseal remembers of a bucket: rollbacks and their history",
    assumedBy: new AccountRootPrincipal(),
  });
  grant(role, statePermissions(ledgerTable.tableArn));
  return role;
}
