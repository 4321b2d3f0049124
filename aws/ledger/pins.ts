import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { nameOf, unknownOrThrow } from "#aws/error";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/** An account and Region, in which an alias is pinned. */
export type PinScope = Pick<BucketRef, "account" | "region">;

export interface Pin {
  readonly keyArn: string;
  /** ARN of whoever recorded or accepted it. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * What an alias ARN resolved to when it was recorded; `null` where it has not been.
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function readPin({ dynamodb, table }: Table, scope: PinScope, alias: string): Promise<Fact<Pin | null>> {
  try {
    const get = new GetItemCommand({ TableName: table, Key: keyOf(scope, alias), ConsistentRead: true });
    const { Item: item } = await dynamodb.send(get);
    if (item?.keyArn?.S === undefined) return { known: true, value: null };
    return { known: true, value: { keyArn: item.keyArn.S, by: item.by?.S ?? "", at: item.at?.S ?? "" } };
  } catch (error) {
    return unknownOrThrow(error, "the pin of a key alias");
  }
}

/**
 * Records what an alias resolved to, if what is recorded is still `expected` (`null`: nothing). Answers whether it was recorded.
 * @throws RetryableError on throttling, 5xx and time-outs; the SDK's error otherwise.
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
  try {
    await dynamodb.send(put);
    return true;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") return false;
    unknownOrThrow(error, "the pin of a key alias");
    throw error;
  }
}

// --- internal ---

function keyOf(scope: PinScope, alias: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `PIN#${scope.account}#${scope.region}` }, sk: { S: alias } };
}
