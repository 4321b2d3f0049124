import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import type { ObjectRef } from "#core/names";
import { RetryableError } from "#core/retryable";
import { conditional, holds } from "./conditional.ts";
import { copiesItem, expiresIn, type ItemKey } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/** An upload that has begun: a copy in parts that a later look goes on with. */
export interface BegunUpload {
  readonly uploadId: string;
  /** Of all that the upload was begun with: what was seen, what is kept, what is wanted. */
  readonly fingerprint: string;
}

/** Who works at an object, and until when nobody else may: milliseconds since the epoch. */
export interface UploadTurn {
  readonly holder: string;
  readonly until: number;
}

/**
 * Takes the turn at an object. Returns the upload that was begun, if one was; `taken`: somebody
 * else is at work.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function takeUploadTurn(
  { dynamodb, table }: Table,
  object: ObjectRef,
  { holder, until }: UploadTurn,
  now: number,
): Promise<BegunUpload | "none" | "taken"> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(object),
    UpdateExpression: "SET holder = :holder, held = :until, expires = :expires",
    ConditionExpression: "attribute_not_exists(held) OR held < :now OR holder = :holder",
    ExpressionAttributeValues: {
      ":holder": { S: holder },
      ":until": { N: String(until) },
      ":now": { N: String(now) },
      ":expires": expiresIn(KEPT, now),
    },
    ReturnValues: "ALL_NEW",
  });
  const taken = await conditional(() => retryably(() => dynamodb.send(update)));
  if (!taken.held) return "taken";
  const { uploadId, fingerprint } = taken.output.Attributes ?? {};
  if (uploadId?.S === undefined || fingerprint?.S === undefined) return "none";
  return { uploadId: uploadId.S, fingerprint: fingerprint.S };
}

/**
 * The id of the upload that was begun for an object; `null`: none was.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readBegunUpload({ dynamodb, table }: Table, object: ObjectRef): Promise<string | null> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(object), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.uploadId?.S ?? null;
}

/**
 * Notes the upload that was begun, while it is the holder's turn.
 * @throws RetryableError if it is not, and on throttling, 5xx and timeouts.
 */
export async function noteUpload(
  { dynamodb, table }: Table,
  object: ObjectRef,
  holder: string,
  { uploadId, fingerprint }: BegunUpload,
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(object),
    UpdateExpression: "SET uploadId = :upload, fingerprint = :fingerprint",
    ConditionExpression: "holder = :holder",
    ExpressionAttributeValues: {
      ":holder": { S: holder },
      ":upload": { S: uploadId },
      ":fingerprint": { S: fingerprint },
    },
  });
  if (await holds(() => retryably(() => dynamodb.send(update)))) return;
  throw new RetryableError("another invocation has taken over this copy");
}

/** Ends the turn; the upload stays for the next one. */
export async function leaveUpload({ dynamodb, table }: Table, object: ObjectRef, holder: string): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(object),
    UpdateExpression: "REMOVE held",
    ConditionExpression: "holder = :holder",
    ExpressionAttributeValues: { ":holder": { S: holder } },
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}

/** Ends the turn, and forgets the upload: it is completed or aborted, or there was none. */
export async function forgetUpload({ dynamodb, table }: Table, object: ObjectRef, holder: string): Promise<void> {
  const remove = new DeleteItemCommand({
    TableName: table,
    Key: keyOf(object),
    ConditionExpression: "holder = :holder",
    ExpressionAttributeValues: { ":holder": { S: holder } },
  });
  await holds(() => retryably(() => dynamodb.send(remove)));
}

// --- internal ---

/** Seconds: as long as a message may wait in a dead-letter queue, and then some. */
const KEPT = 30 * 86_400;

/** Beside the count of the object's copies. */
function keyOf({ bucket, key }: ObjectRef): ItemKey {
  const { pk, sk } = copiesItem(bucket, key);
  return { pk, sk: { S: `UPLOAD#${sk.S}` } };
}
