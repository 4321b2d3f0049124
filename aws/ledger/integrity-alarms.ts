import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fact } from "#aws/fact";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { type Item, pagesOf } from "./pages.ts";
import { retryably } from "./retryably.ts";

/** An account and Region; their alarms share one partition. */
export type AlarmScope = Pick<BucketRef, "account" | "region">;

/** An integrity alarm. While it is open, nothing is written to its bucket's objects. */
export interface IntegrityAlarm {
  readonly bucket: string;
  /** What was seen. */
  readonly what: string;
  /** ISO 8601. */
  readonly at: string;
  /** Who let writes go on, and when (ISO 8601); `null`: the alarm is open. */
  readonly cleared: { readonly by: string; readonly at: string } | null;
}

/**
 * The open integrity alarm of a bucket, which stops all writes to its objects: since when and what
 * was seen; `null` where none is open.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readAlarm({ dynamodb, table }: Table, ref: BucketRef): Promise<Fact<string | null>> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(ref, ref.bucket), ConsistentRead: true });
  return fact("the integrity alarm of a bucket", async () => {
    const { Item: item } = await dynamodb.send(get);
    if (item === undefined) return null;
    const { at, what, cleared } = alarmOf(item);
    return cleared === null ? `${at}: ${what}` : null;
  });
}

/**
 * The last alarm of every bucket that ever had one, open or cleared, ordered by bucket name.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function listAlarms(ledger: Table, scope: AlarmScope): Promise<IntegrityAlarm[]> {
  const alarms: IntegrityAlarm[] = [];
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": keyOf(scope, "").pk },
    ConsistentRead: true,
  });
  for await (const item of items) alarms.push(alarmOf(item));
  return alarms;
}

/**
 * Raises an alarm: all writes to the bucket's objects stop until a person has looked. Returns false
 * if one is open already; its reason stays.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function writeAlarm(
  ledger: Table,
  ref: BucketRef,
  { what, at }: Pick<IntegrityAlarm, "what" | "at">,
): Promise<boolean> {
  const alarm = { bucket: ref.bucket, what, at, cleared: null };
  return put(ledger, ref, alarm, {
    ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(clearedAt)",
  });
}

/**
 * Clears an alarm after a person has looked at it: writes go on. Returns false if this very alarm
 * is not the one that is open now.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function clearAlarm(
  ledger: Table,
  scope: AlarmScope,
  alarm: IntegrityAlarm,
  cleared: NonNullable<IntegrityAlarm["cleared"]>,
): Promise<boolean> {
  return put(
    ledger,
    scope,
    { ...alarm, cleared },
    {
      ConditionExpression: "#at = :at AND attribute_not_exists(clearedAt)",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":at": { S: alarm.at } },
    },
  );
}

// --- internal ---

/**
 * One partition for the alarms of an account and Region: they can be listed, and cleared by a role
 * that may touch nothing else.
 */
function keyOf({ account, region }: AlarmScope, bucket: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `ALARM#${account}#${region}` }, sk: { S: bucket } };
}

function alarmOf(item: Item): IntegrityAlarm {
  const { sk, what, at, clearedBy, clearedAt } = item;
  const cleared = clearedAt?.S === undefined ? null : { by: clearedBy?.S ?? "", at: clearedAt.S };
  return { bucket: sk?.S ?? "", what: what?.S ?? "", at: at?.S ?? "", cleared };
}

async function put(
  { dynamodb, table }: Table,
  scope: AlarmScope,
  { bucket, what, at, cleared }: IntegrityAlarm,
  condition: Partial<PutItemCommand["input"]>,
): Promise<boolean> {
  const Item = {
    ...keyOf(scope, bucket),
    what: { S: what },
    at: { S: at },
    ...(cleared === null ? {} : { clearedBy: { S: cleared.by }, clearedAt: { S: cleared.at } }),
  };
  const write = new PutItemCommand({ TableName: table, Item, ...condition });
  return holds(() => retryably(() => dynamodb.send(write)));
}
