import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fact } from "#aws/fact";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { retryably } from "./retryably.ts";

/** An account and Region: an alias is pinned in each of its own. */
export type PinScope = Pick<BucketRef, "account" | "region">;

/** The key that an alias is agreed to resolve to. */
export interface Pin {
  readonly keyArn: string;
  /** ARN of the principal that recorded or accepted it. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * The pin of an alias ARN; `null` where there is none yet.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readPin({ dynamodb, table }: Table, scope: PinScope, alias: string): Promise<Fact<Pin | null>> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(scope, alias), ConsistentRead: true });
  return fact("the pin of a key alias", async () => {
    const { Item: item } = await dynamodb.send(get);
    return item?.keyArn?.S === undefined ? null : { keyArn: item.keyArn.S, by: item.by?.S ?? "", at: item.at?.S ?? "" };
  });
}

/**
 * Pins an alias if its pin is still `expected` (`null`: none). Returns whether it was recorded.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function writePin(
  { dynamodb, table }: Table,
  scope: PinScope,
  alias: string,
  pin: Pin,
  expected: string | null,
): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...keyOf(scope, alias), keyArn: { S: pin.keyArn }, by: { S: pin.by }, at: { S: pin.at } },
    ConditionExpression: expected === null ? "attribute_not_exists(pk)" : "keyArn = :expected",
    ...(expected === null ? {} : { ExpressionAttributeValues: { ":expected": { S: expected } } }),
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

// --- internal ---

function keyOf(scope: PinScope, alias: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `PIN#${scope.account}#${scope.region}` }, sk: { S: alias } };
}
