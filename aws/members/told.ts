import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { holds } from "#aws/ledger/conditional";
import type { ItemKey } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";

/** What was told last about something, so that it is told once. */
export interface Told {
  /** What is wrong; `null`: nothing any more. */
  readonly what: string | null;
  /** Counts the changes. */
  readonly rev: number;
  /** ISO 8601: until when it belongs to whoever is telling it; `null`: it was told. */
  readonly heldUntil: string | null;
}

/** Nothing was ever told. */
const nothingTold: Told = { what: null, rev: 0, heldUntil: null };

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @param about - an account, and more where it is about more than whether we may act there
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readTold({ dynamodb, table }: Table, about: string): Promise<Told> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(about), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.news?.S === undefined ? nothingTold : (JSON.parse(item.news.S) as Told);
}

/**
 * Keeps what is told next, if nobody has changed it; returns whether that was so.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function saveTold({ dynamodb, table }: Table, about: string, news: Told): Promise<boolean> {
  const before = String(news.rev - 1);
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...keyOf(about), news: { S: JSON.stringify(news) }, rev: { N: String(news.rev) } },
    ...(news.rev === 1
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "rev = :before", ExpressionAttributeValues: { ":before": { N: before } } }),
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

// --- internal ---

function keyOf(about: string): ItemKey {
  return { pk: { S: "TOLD" }, sk: { S: about } };
}
