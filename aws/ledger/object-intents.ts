import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { expiresIn, objectItem } from "./item-keys.ts";
import { pagesOf } from "./pages.ts";
import { retryably } from "./retryably.ts";

/** An object by its name in its bucket. */
export interface NamedObject {
  readonly key: string;
  readonly versionId: string | null;
}

/** Objects of one bucket that an invocation is about to write, recorded before it does. */
export interface ObjectIntent {
  readonly id: string;
  readonly objects: readonly NamedObject[];
  /** ISO 8601: until then the invocation may still be at work. */
  readonly until: string;
  /** It was reported that nobody closed it. */
  readonly told: boolean;
}

/**
 * Records an intent, or what is left of it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function putIntent(
  { dynamodb, table }: Table,
  ref: BucketRef,
  intent: Omit<ObjectIntent, "told">,
): Promise<void> {
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...keyOf(ref, intent.id),
      objects: { S: JSON.stringify(intent.objects) },
      until: { S: intent.until },
      expires: expiresIn(KEPT, Date.parse(intent.until)),
    },
  });
  await retryably(() => dynamodb.send(put));
}

/** Closes an intent: every object it names was counted. */
export async function deleteIntent({ dynamodb, table }: Table, ref: BucketRef, id: string): Promise<void> {
  await retryably(() => dynamodb.send(new DeleteItemCommand({ TableName: table, Key: keyOf(ref, id) })));
}

/**
 * Takes objects out of an intent that an earlier invocation left open; an intent without objects is
 * closed. Returns false if somebody else changed it meanwhile.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function shrinkIntent(
  { dynamodb, table }: Table,
  ref: BucketRef,
  intent: ObjectIntent,
  left: readonly NamedObject[],
): Promise<boolean> {
  const seen = { ":seen": { S: JSON.stringify(intent.objects) } };
  const expected = { TableName: table, Key: keyOf(ref, intent.id), ConditionExpression: "objects = :seen" };
  const close = new DeleteItemCommand({ ...expected, ExpressionAttributeValues: seen });
  const shrink = new UpdateItemCommand({
    ...expected,
    UpdateExpression: "SET objects = :left",
    ExpressionAttributeValues: { ...seen, ":left": { S: JSON.stringify(left) } },
  });
  return holds(async () =>
    left.length === 0 ? retryably(() => dynamodb.send(close)) : retryably(() => dynamodb.send(shrink)),
  );
}

/**
 * The open intents of a bucket, read consistently.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readIntents(ledger: Table, ref: BucketRef): Promise<ObjectIntent[]> {
  const intents: ObjectIntent[] = [];
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :intent)",
    ExpressionAttributeValues: { ":pk": keyOf(ref, "").pk, ":intent": { S: PREFIX } },
    ConsistentRead: true,
  });
  for await (const item of items) {
    intents.push({
      id: (item.sk?.S ?? "").slice(PREFIX.length),
      objects: JSON.parse(item.objects?.S ?? "[]") as NamedObject[],
      until: item.until?.S ?? "",
      told: item.told !== undefined,
    });
  }
  return intents;
}

/** Notes that an intent was reported as never closed. */
export async function intentTold({ dynamodb, table }: Table, ref: BucketRef, id: string): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(ref, id),
    UpdateExpression: "SET told = :true",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":true": { BOOL: true } },
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}

// --- internal ---

const PREFIX = "INTENT#";
/** Seconds to keep an open intent: two weeks, as long as a message can wait in a queue. */
const KEPT = 14 * 86_400;

function keyOf(ref: BucketRef, id: string): ReturnType<typeof objectItem> {
  return objectItem(ref, `${PREFIX}${id}`);
}
