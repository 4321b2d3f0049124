import type { S3Client } from "@aws-sdk/client-s3";
import { RetryableError } from "#aws/error";
import {
  changeNotificationState,
  type NotificationState,
  type NotificationWrite,
  saveNotificationState,
} from "#aws/ledger/notification-state";
import { readNotifications, sendsEvents, switchEventsOn } from "#aws/s3/bucket-notifications";
import type { Table } from "#aws/table";
import { writePermit } from "#aws/write-permit";
import type { NotificationFinding } from "#core/alert/notifications";
import type { Ports } from "#core/bucket/ports";
import type { BucketRef } from "#core/names";

export interface SwitchSettings {
  readonly s3: S3Client;
  readonly ledger: Table;
  readonly now: () => number;
  readonly paused: Ports["paused"];
}

/**
 * Switches a bucket's events on. The write is recorded before anything is read: a write that ours
 * overwrites is known only by its event, which may be looked at while ours is under way.
 * @throws RetryableError on throttling, 5xx and timeouts, and where another look was faster.
 */
export async function switchOn(
  { s3, ledger, now, paused }: SwitchSettings,
  ref: BucketRef,
  events: readonly string[],
  state: NotificationState,
): Promise<NotificationFinding | null> {
  const began = now();
  const begun = { from: iso(began), to: iso(began + LONGEST), done: false, events };
  if (!(await saveNotificationState(ledger, ref, { ...state, write: begun }, state))) {
    throw new RetryableError("another look at the bucket's notifications was faster");
  }
  const end = (write: NotificationWrite | null) => changeNotificationState(ledger, ref, { write });
  try {
    const seen = await readNotifications(s3, ref);
    if (!seen.known || seen.value === null || sendsEvents(seen.value)) {
      await end(state.write);
      return seen.known ? null : { kind: "unreadable", why: seen.error.name };
    }
    const written = await switchEventsOn(s3, ref, seen.value, await writePermit({ paused, now }));
    if (written.kind === "gone") {
      await end(state.write);
      return null;
    }
    if (written.kind === "refused") {
      await end(state.write);
      return { kind: "off", why: `switching them on was refused: ${written.error.name}: ${written.error.message}` };
    }
    await end({ ...begun, to: iso(now()), done: true });
    const changes = written.stillOn ? written.changes : [SWITCHED_OFF, ...written.changes];
    return changes.length === 0 ? { kind: "switched on" } : { kind: "interfered", changes };
  } catch (error) {
    // It is unknown whether S3 took the write; the redelivered message may start over.
    await end({ ...begun, to: iso(now()) }).catch(() => undefined);
    throw error;
  }
}

// --- internal ---

/**
 * Milliseconds after which a write that was begun is over, whatever its result: twice the
 * function's timeout.
 */
const LONGEST = 60_000;
const SWITCHED_OFF = "the bucket's events are switched off again";

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
