import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { KeyRecord } from "#core/key-risk/record";
import { holds } from "./conditional.ts";
import type { ItemKey } from "./item-keys.ts";
import { pagesOf } from "./pages.ts";
import type { PinScope } from "./pins.ts";
import { retryably } from "./retryably.ts";

/**
 * What is remembered of a key or an alias; `null`: it was never at risk.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function readKeyRecord(
  { dynamodb, table }: Table,
  scope: PinScope,
  arn: string,
): Promise<KeyRecord | null> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(scope, arn), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item === undefined ? null : recordOf(item.record?.S);
}

/**
 * Writes it if it is still what was read; returns whether it was written.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function saveKeyRecord({ dynamodb, table }: Table, scope: PinScope, record: KeyRecord): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...keyOf(scope, record.arn), rev: { N: `${record.rev}` }, record: { S: JSON.stringify(record) } },
    ConditionExpression: "attribute_not_exists(pk) OR rev = :before",
    ExpressionAttributeValues: { ":before": { N: `${record.rev - 1}` } },
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

/**
 * The keys and aliases of an account and Region that were ever at risk.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function keyRecords(ledger: Table, scope: PinScope): Promise<KeyRecord[]> {
  const records: KeyRecord[] = [];
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": keyOf(scope, "").pk },
    ConsistentRead: true,
  });
  for await (const item of items) records.push(recordOf(item.record?.S));
  return records;
}

// --- internal ---

function keyOf({ account, region }: PinScope, arn: string): ItemKey {
  return { pk: { S: `KEY#${account}#${region}` }, sk: { S: arn } };
}

function recordOf(text = "{}"): KeyRecord {
  return JSON.parse(text) as KeyRecord;
}
