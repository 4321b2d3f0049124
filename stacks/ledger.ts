import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";

/**
 * The ledger table: one `STATE` item per bucket with its history beside it, the pins of key
 * aliases, runs, and findings about objects. What is there for a time only expires by TTL.
 */
export function ledger(scope: Construct): TableV2 {
  return new TableV2(scope, "Ledger", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    timeToLiveAttribute: "expires",
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    globalSecondaryIndexes: INDEXES,
  });
}

// --- internal ---

const PLACE = ["partition", "account", "region"] as const;

/**
 * Which items are in an index is decided by who writes them: only those with both of its keys are.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
 */
const INDEXES: GlobalSecondaryIndexPropsV2[] = [
  index("ByAccount", "accountShard", "bucket", [...PLACE, "outcome", "rule", "since", "state"]),
  index("ByOutcome", "outcomeShard", "since", [...PLACE, "bucket", "outcome", "rule"]),
  index("ByDue", "dueShard", "due", [...PLACE, "bucket"]),
  index("ByTime", "dayShard", "at", [...PLACE, "bucket", "outcome", "rule", "actor", "through", "eventName"]),
];

function index(
  indexName: string,
  partition: string,
  sort: string,
  nonKeyAttributes: readonly string[],
): GlobalSecondaryIndexPropsV2 {
  return {
    indexName,
    partitionKey: { name: partition, type: AttributeType.STRING },
    sortKey: { name: sort, type: AttributeType.STRING },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: [...nonKeyAttributes],
  };
}
