/** The times in which a bucket sent no events: told once, and backfilled where rules ask for it. */

import { randomUUID } from "node:crypto";
import { RetryableError } from "#aws/error";
import {
  changeNotificationState,
  type NotificationGap,
  readNotificationState,
  saveNotificationState,
} from "#aws/ledger/notification-state";
import { buildNotificationAlert } from "#core/alert/notifications";
import { gapWindow } from "#core/backfill/window";
import type { Work } from "#core/bucket/work";
import { closesOf } from "#core/ledger/closing";
import { foldNotification, type NotificationFold } from "#core/ledger/telling/notification-fold";
import type { BucketRef } from "#core/names";
import type { Rule } from "#core/policy/policy";
import { alertId } from "../runtime/alert-id.ts";
import { foldSeconds, withCounted } from "./counted.ts";
import { gapsAfter } from "./gaps.ts";
import type { DutySettings } from "./look.ts";

/**
 * Reports the times in which the bucket sent no events, each once, and keeps them for a backfill.
 * The calls that begin and end a gap may be looked at by two functions at once, so what is kept is
 * saved only over what was read. Returns what was told and counted of the bucket's events.
 */
export async function reportGaps(
  settings: DutySettings,
  work: Work,
  rule: Rule,
  isOn: boolean | null,
  attempt = 1,
): Promise<NotificationFold | null> {
  const { ports, ledger } = settings;
  const { ref, triggers } = work;
  const state = await readNotificationState(ledger, ref);
  const calls = triggers.filter(({ eventName }) => eventName === "PutBucketNotification");
  const { ended, gaps, switches } = gapsAfter(state, calls, isOn === null ? null : { isOn }, ports.now());
  const isMember = ports.isMember?.(ref);
  const asked = closesOf(rule, ports.backfills?.reach(ref) === true);
  const closes = asked?.isReached === true ? { versions: asked.versions } : null;
  const seconds = await foldSeconds(ports);
  let fold = state.fold ?? null;
  for (const { id: began, from, to } of ended) {
    const id = alertId("notification-gap", ref.account, ref.region, ref.bucket, began);
    const trigger = calls.find(({ eventId }) => eventId === began) ?? null;
    const finding = { kind: "gap", from, to, isClosing: closes !== null } as const;
    const folded = foldNotification(fold, finding, id, { now: ports.now(), seconds });
    fold = folded.fold;
    const told = { id, now: ports.now(), ref, isMember, rule: rule.id, finding, trigger };
    if (folded.isTold) await ports.publish(buildNotificationAlert({ ...told, ...withCounted(folded) }));
  }
  const isNews = JSON.stringify(switches) !== JSON.stringify(state.switches ?? []);
  if (!isNews && ended.length === 0) return fold;
  const isEnded = (id: string) => ended.some((gap) => gap.id === id);
  // Nobody can guess it, and say before us that it was looked after.
  const closing = () => closes && { ...closes, id: `gap-${randomUUID()}`, isAsked: false };
  const kept = gaps.map((gap) => (isEnded(gap.id) ? withClosing(gap, closing()) : gap));
  if (
    await saveNotificationState(ledger, ref, { ...state, ...(fold !== null && { fold }), switches, gaps: kept }, state)
  )
    return fold;
  if (attempt >= ATTEMPTS) throw new RetryableError("other looks keep changing what is known of a bucket's events");
  return reportGaps(settings, work, rule, isOn, attempt + 1);
}

/**
 * Asks for the backfills of gaps for which that was not done.
 * @throws RetryableError where a backfill could not be asked for: a redelivery does.
 */
export async function closeGaps({ ports, ledger }: DutySettings, ref: BucketRef): Promise<void> {
  const { backfills } = ports;
  if (backfills === undefined) return;
  const { gaps = [] } = await readNotificationState(ledger, ref);
  const asked = new Set<string>();
  for (const { id, from, to, closing } of gaps) {
    if (closing === undefined || closing.isAsked) continue;
    await backfills.ask(ref, gapWindow(closing.id, from, to), closing.versions);
    asked.add(id);
  }
  if (asked.size === 0) return;
  const known = (await readNotificationState(ledger, ref)).gaps ?? [];
  const next = known.map((gap) =>
    gap.closing !== undefined && asked.has(gap.id) ? { ...gap, closing: { ...gap.closing, isAsked: true } } : gap,
  );
  await changeNotificationState(ledger, ref, { gaps: next });
}

// --- internal ---

/** How often a gap is worked out anew because another look was faster. */
const ATTEMPTS = 5;

function withClosing(gap: NotificationGap, closing: NotificationGap["closing"] | null): NotificationGap {
  return closing == null ? gap : { ...gap, closing };
}
