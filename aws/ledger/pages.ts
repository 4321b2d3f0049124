import { type AttributeValue, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { retryably } from "./retryably.ts";

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * The items of a query, page by page: each holds at most 1 MB, and is asked for only when the one
 * before it is used up.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* pagesOf(
  { dynamodb, table }: Table,
  query: Omit<QueryCommandInput, "TableName" | "ExclusiveStartKey">,
): AsyncGenerator<Item> {
  let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"];
  do {
    const next = { ...query, TableName: table, ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }) };
    const page = await retryably(() => dynamodb.send(new QueryCommand(next)));
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}
