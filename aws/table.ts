import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A DynamoDB table and the client that reaches it: the ledger, or the table of policies. */
export interface Table {
  readonly dynamodb: DynamoDBClient;
  readonly table: string;
}
