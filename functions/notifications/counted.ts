/** What was told of a bucket's events again and again: counted, and told when its time is over. */

import { changeNotificationState } from "#aws/ledger/notification-state";
import { buildNotificationAlert, type NotificationFinding } from "#core/alert/notifications";
import type { Alert } from "#core/alert/schema";
import type { Ports } from "#core/bucket/ports";
import type { Work } from "#core/bucket/work";
import { limitsOf } from "#core/ledger/limits";
import {
  type CountedNotifications,
  type NotificationFold,
  notificationsDue,
  repeatedNotifications,
} from "#core/ledger/telling/notification-fold";
import { alertId } from "../runtime/alert-id.ts";
import type { DutySettings } from "./look.ts";

/** Seconds for which the policy has the like counted. */
export async function foldSeconds({ policy }: Pick<Ports, "policy">): Promise<number> {
  return limitsOf((await policy()).policy.policy).fold;
}

/** What an alert says of what was counted before it. */
export function withCounted({
  fold,
  counted,
}: {
  fold: NotificationFold | null;
  counted: CountedNotifications | null;
}): {
  readonly counted?: CountedNotifications;
  readonly repeated?: Alert["repeated"];
} {
  return fold === null || counted === null ? {} : { counted, repeated: repeatedNotifications(fold, counted) };
}

/**
 * Tells what was counted once its time is over, with what is found now, and sees to it that a look
 * comes then.
 */
export async function tellCounted(
  settings: DutySettings,
  work: Work,
  rule: string,
  finding: NotificationFinding | null,
  fold: NotificationFold | null,
): Promise<void> {
  const { ports, ledger } = settings;
  const { ref } = work;
  if (fold === null || fold.untold === null) return;
  const now = ports.now();
  const due = notificationsDue(fold, now);
  if (due !== null) {
    const { incident, times } = fold;
    const id = alertId("notifications-counted", ref.account, ref.region, ref.bucket, incident, `${times}`);
    const told = { id, now, ref, isMember: ports.isMember?.(ref), rule, finding, trigger: null };
    await ports.publish(buildNotificationAlert({ ...told, ...withCounted(due) }));
    await changeNotificationState(ledger, ref, { fold: due.fold });
    return;
  }
  if (fold.asked !== undefined && now < Date.parse(fold.asked)) return;
  const seconds = Math.min(LONGEST_DELAY, Math.ceil((Date.parse(fold.until) - now) / 1000) + 1);
  await settings.lookAgain(work, seconds);
  const asked = new Date(now + seconds * 1000).toISOString();
  await changeNotificationState(ledger, ref, { fold: { ...fold, asked } });
}

// --- internal ---

/** The longest that SQS keeps a message from its receivers, in seconds. */
const LONGEST_DELAY = 900;
