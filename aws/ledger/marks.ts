import { createHash } from "node:crypto";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { cut, longest } from "#core/cut";
import { holds } from "./conditional.ts";
import { retryably } from "./retryably.ts";

/**
 * Whether something was marked as done before.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 */
export async function isMarked({ dynamodb, table }: Table, mark: string): Promise<boolean> {
  const { Item: item } = await retryably(() =>
    dynamodb.send(new GetItemCommand({ TableName: table, Key: keyOf(mark), ConsistentRead: true })),
  );
  return item !== undefined;
}

/**
 * Marks something as done; returns whether this was the first time. `now` is in milliseconds since
 * the epoch.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export async function firstTime({ dynamodb, table }: Table, mark: string, now: number): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...keyOf(mark), what: { S: cut(mark, longest.text) }, at: { S: new Date(now).toISOString() } },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

// --- internal ---

/**
 * A digest: a sort key has at most 1,024 bytes, and marks that differ behind them are not the same.
 */
function keyOf(mark: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: "MARK" }, sk: { S: createHash("sha256").update(mark, "utf8").digest("hex") } };
}
