import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { BucketRef } from "#core/types";
import { retryably } from "./ledger.ts";
import { objectItem } from "./object-items.ts";

/** What was told and done about a bucket's events to EventBridge. */
export interface NotificationState {
  /** What somebody was told last; the same is not told again. */
  readonly told: string | null;
  /** Bucketseal's last write of the configuration. */
  readonly write: NotificationWrite | null;
}

/** A configuration was read at `from` and written at `to` (both ISO 8601), knowing of these events. */
export interface NotificationWrite {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
}

/** @throws RetryableError on throttling, 5xx and time-outs. */
export async function readNotificationState(
  dynamodb: DynamoDBClient,
  table: string,
  ref: BucketRef,
): Promise<NotificationState> {
  const get = new GetItemCommand({ TableName: table, Key: objectItem(ref, SORT_KEY), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.state?.S === undefined ? { told: null, write: null } : (JSON.parse(item.state.S) as NotificationState);
}

/** @throws RetryableError on throttling, 5xx and time-outs. */
export async function saveNotificationState(
  dynamodb: DynamoDBClient,
  table: string,
  ref: BucketRef,
  state: NotificationState,
): Promise<void> {
  const Item = { ...objectItem(ref, SORT_KEY), state: { S: JSON.stringify(state) } };
  await retryably(() => dynamodb.send(new PutItemCommand({ TableName: table, Item })));
}

// --- internal ---

const SORT_KEY = "NOTIFICATIONS";
