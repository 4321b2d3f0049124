import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { nameOf } from "#aws/error";
import type { Table } from "#aws/table";

/** Whether something was marked as done before. */
export async function isMarked({ dynamodb, table }: Table, mark: string): Promise<boolean> {
  const { Item: item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: keyOf(mark), ConsistentRead: true }),
  );
  return item !== undefined;
}

/** Marks something as done; answers whether it is the first time. `now` in milliseconds since the epoch. */
export async function firstTime({ dynamodb, table }: Table, mark: string, now: number): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...keyOf(mark), at: { S: new Date(now).toISOString() } },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return true;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

// --- internal ---

function keyOf(mark: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: "MARK" }, sk: { S: mark.slice(0, 900) } };
}
