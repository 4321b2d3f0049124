import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The indexes of the ledger, each with its keys; a test compares them with the stack's. */
export const LEDGER_INDEXES = {
  ByAccount: ["accountShard", "bucket"],
  ByOutcome: ["outcomeShard", "since"],
  ByDue: ["dueShard", "due"],
  ByTime: ["dayShard", "at"],
} as const;

/** Creates a table with the keys and indexes of the ledger. */
export async function ledgerTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  const attributes = ["pk", "sk", ...Object.values(LEDGER_INDEXES).flat()];
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: keys("pk", "sk"),
      GlobalSecondaryIndexes: Object.entries(LEDGER_INDEXES).map(([IndexName, [partition, sort]]) => ({
        IndexName,
        KeySchema: keys(partition, sort),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
}

function keys(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
}
