import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Creates a table with the keys that ours have, under a name of its own; returns it. */
export async function newTable(dynamodb: DynamoDBClient, name = "table"): Promise<string> {
  const TableName = `${name}-${randomUUID().slice(0, 8)}`;
  await createTable(dynamodb, TableName);
  return TableName;
}

/** Creates a table with the keys that ours have. */
export async function createTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
    }),
  );
}
