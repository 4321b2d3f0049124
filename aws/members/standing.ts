import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ItemKey } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { AccountStandings } from "#core/org/accounts-standing";

/**
 * What was told of the organization's accounts last.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readStanding({ dynamodb, table }: Table): Promise<AccountStandings> {
  const get = new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return JSON.parse(item?.standing?.S ?? "{}") as AccountStandings;
}

/**
 * Keeps what was told of them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function writeStanding({ dynamodb, table }: Table, standing: AccountStandings): Promise<void> {
  const put = new PutItemCommand({ TableName: table, Item: { ...KEY, standing: { S: JSON.stringify(standing) } } });
  await retryably(() => dynamodb.send(put));
}

// --- internal ---

const KEY: ItemKey = { pk: { S: "TOLD" }, sk: { S: "standing" } };
