import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { RetryableError } from "#aws/error";
import type { Table } from "#aws/table";
import type { NotificationFold } from "#core/ledger/telling/notification-fold";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { objectItem } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/** What was reported and done about a bucket's events to EventBridge. */
export interface NotificationState {
  /** What was reported last; the same is not reported again. */
  readonly told: string | null;
  /** How often `told` changed: the same finding at another time is another alert. */
  readonly reports?: number;
  /** Bucketseal's last write of the configuration. */
  readonly write: NotificationWrite | null;
  /** The newest calls that switched the events on or off, oldest first. */
  readonly switches?: readonly NotificationSwitch[];
  /** The times in which the bucket sent no events, as they were reported, for a backfill. */
  readonly gaps?: readonly NotificationGap[];
  /** What was told again and again, and is counted since; `null`, absent: nothing. */
  readonly fold?: NotificationFold | null;
  /** The call that deleted the bucket of this name before. */
  readonly deletion?: string;
}

/** A call that switched a bucket's events on or off. */
export interface NotificationSwitch {
  readonly eventId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly isOn: boolean;
}

/** A time in which a bucket sent no events, named by the call that began it; ISO 8601. */
export interface NotificationGap {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The backfill that closes it, and whether its message was sent; absent: a person starts it. */
  readonly closing?: { readonly id: string; readonly versions: "current" | "all"; readonly isAsked: boolean };
}

/**
 * A write of the configuration: read at `from`, written at `to` (both ISO 8601), aware of these
 * events.
 */
export interface NotificationWrite {
  readonly from: string;
  /** While it is under way: when it must be over. */
  readonly to: string;
  readonly done: boolean;
  readonly events: readonly string[];
}

/**
 * What is known about a bucket's notifications, read consistently.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readNotificationState({ dynamodb, table }: Table, ref: BucketRef): Promise<NotificationState> {
  const get = new GetItemCommand({ TableName: table, Key: objectItem(ref, SORT_KEY), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return item?.state?.S === undefined ? UNSEEN : (JSON.parse(item.state.S) as NotificationState);
}

/**
 * Records what was reported and done, unless somebody else recorded something since the read.
 * Returns whether it was recorded.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function saveNotificationState(
  { dynamodb, table }: Table,
  ref: BucketRef,
  state: NotificationState,
  seen: NotificationState,
): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...objectItem(ref, SORT_KEY), state: { S: JSON.stringify(state) } },
    ConditionExpression: seen === UNSEEN ? "attribute_not_exists(pk)" : "#state = :seen",
    ...(seen === UNSEEN
      ? {}
      : {
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":seen": { S: JSON.stringify(seen) } },
        }),
  });
  return holds(() => retryably(() => dynamodb.send(put)));
}

/**
 * Changes one part of the record, whatever others do with the rest of it meanwhile.
 * @throws RetryableError on throttling, 5xx and timeouts, and where others are always faster.
 */
export async function changeNotificationState(
  ledger: Table,
  ref: BucketRef,
  part: Partial<NotificationState>,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seen = await readNotificationState(ledger, ref);
    if (await saveNotificationState(ledger, ref, { ...seen, ...part }, seen)) return;
  }
  throw new RetryableError("other looks keep changing the state of a bucket's notifications");
}

// --- internal ---

const SORT_KEY = "NOTIFICATIONS";
const ATTEMPTS = 5;
const UNSEEN: NotificationState = { told: null, write: null };
