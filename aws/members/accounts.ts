import { type AttributeValue, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ItemKey } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { type AccountRecord, newAccountRecord } from "#core/org/account-record";

/**
 * What is known of each account of the organization, in the order of their ids.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* readAccounts(ledger: Table): AsyncGenerator<AccountRecord> {
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": keyOf("").pk },
    ConsistentRead: true,
  });
  for await (const item of items) yield recordOf(item);
}

/**
 * What is known of one account; `null`: nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readAccount({ dynamodb, table }: Table, account: string): Promise<AccountRecord | null> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(account), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item === undefined ? null : recordOf(item);
}

/**
 * Keeps some of what is known of an account, and leaves the rest as it is: events, the start of a
 * sweep and its end each know something else.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function saveAccount(
  { dynamodb, table }: Table,
  account: string,
  known: Partial<Omit<AccountRecord, "account">>,
): Promise<void> {
  const facts = Object.entries(known);
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(account),
    UpdateExpression: `SET ${facts.map((_, at) => `#${at} = :${at}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(facts.map(([name], at) => [`#${at}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      facts.map(([, value], at) => [`:${at}`, { S: JSON.stringify(value) }]),
    ),
  });
  await retryably(() => dynamodb.send(update));
}

// --- internal ---

function keyOf(account: string): ItemKey {
  return { pk: { S: "ACCOUNTS" }, sk: { S: account } };
}

function recordOf({ pk: _, sk, ...item }: Readonly<Record<string, AttributeValue>>): AccountRecord {
  const known = Object.entries(item).map(([name, value]) => [name, JSON.parse(value.S ?? "null") as unknown]);
  return { ...newAccountRecord(sk?.S ?? ""), ...Object.fromEntries(known) };
}
