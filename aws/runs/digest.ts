import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { digestKey, type RunScope } from "./items.ts";

/**
 * Until when the last digest went, ISO 8601; `null`: there was none.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readDigested({ dynamodb, table }: Table, scope: RunScope): Promise<string | null> {
  const get = new GetItemCommand({ TableName: table, Key: digestKey(scope), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.until?.S ?? null;
}

/**
 * Keeps until when a digest went.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function writeDigested({ dynamodb, table }: Table, scope: RunScope, until: string): Promise<void> {
  const put = new PutItemCommand({ TableName: table, Item: { ...digestKey(scope), until: { S: until } } });
  await retryably(() => dynamodb.send(put));
}
