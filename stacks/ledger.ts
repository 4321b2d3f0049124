import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";

/** The ledger: one `STATE` item a bucket, the pins of key aliases, and what happened to objects, which DynamoDB deletes in time. */
export function ledger(scope: Construct): TableV2 {
  return new TableV2(scope, "Ledger", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    timeToLiveAttribute: "expires",
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
