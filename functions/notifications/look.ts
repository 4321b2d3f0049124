import type { NotificationState, NotificationWrite } from "#aws/ledger/notification-state";
import { readNotifications, sendsEvents } from "#aws/s3/bucket-notifications";
import type { Table } from "#aws/table";
import type { NotificationFinding } from "#core/alert/notifications";
import type { Ports } from "#core/bucket/ports";
import type { Work } from "#core/bucket/work";
import { newest } from "#core/event/newest";
import type { Trigger } from "#core/event/trigger";
import type { Rule } from "#core/policy/policy";
import type { ClientsOf } from "../member/clients.ts";
import { switchesOff } from "./gaps.ts";
import { switchOn } from "./switch.ts";

/**
 * The result of a look at a bucket's notifications; `finding: null`: all is well, `undefined`:
 * another look is at work on them.
 */
export interface NotificationLook {
  readonly finding: NotificationFinding | null | undefined;
  /** Who else wrote them, if an event says so. */
  readonly trigger: Trigger | null;
  /** Seconds after which it must be repeated, whatever happens until then; `null`: never. */
  readonly again: number | null;
  /** Whether the bucket sent its events before this look did anything; `null`: it is not known. */
  readonly isOn: boolean | null;
}

/**
 * Looks at a bucket's notifications and switches its events on where that is asked for and nothing
 * forbids it.
 */
export async function lookAtNotifications(
  settings: DutySettings,
  { ref, triggers }: Work,
  rule: Rule,
  isStale: boolean,
  state: NotificationState,
): Promise<NotificationLook> {
  const { now, isOwn } = settings.ports;
  const { write } = state;
  const others = triggers.filter((trigger) => trigger.eventName === "PutBucketNotification" && !isOwn(trigger, ref));
  const seen = await readNotifications(settings.clients(ref).s3, ref);
  const isOn = seen.known && seen.value !== null ? sendsEvents(seen.value) : null;
  // Blamed is who switched them off, else who may have; never who asked for them to be on.
  const suspects = others.filter((other) => switchesOff(other) !== false);
  const offs = suspects.filter((other) => switchesOff(other) === true);
  const suspect = newest(offs) ?? newest(suspects);
  const look = (finding: NotificationLook["finding"], trigger = suspect) => ({ finding, trigger, again: null, isOn });
  if (!seen.known) return look({ kind: "unreadable", why: seen.error.name });
  if (seen.value === null) return look(null);
  const crossed = others.find((other) => isCrossed(other, write));
  if (crossed !== undefined) {
    const changes = [
      `${crossed.eventName} at ${crossed.eventTime}, while Bucketseal wrote from ${write?.from} to ${write?.to}`,
    ];
    return look({ kind: "interfered", changes }, crossed);
  }
  if (sendsEvents(seen.value)) return look(null);
  const why = await whyNot(settings, rule, isStale, write);
  if (why !== undefined) return { ...look({ kind: "off", why }), again: secondsToWait(rule, write, now()) };
  if (write !== null && !write.done && now() < Date.parse(write.to)) return look(undefined);
  const events = triggers.map(({ eventId }) => eventId);
  const { clients, ledger, ports } = settings;
  return look(await switchOn({ s3: clients(ref).s3, ledger, now, paused: ports.paused }, ref, events, state));
}

export interface DutySettings {
  readonly clients: ClientsOf;
  readonly ledger: Table;
  readonly ports: Pick<Ports, "policy" | "paused" | "publish" | "now" | "isOwn" | "backfills" | "isMember">;
  /** Asks for a look at the bucket of this work in so many seconds. */
  readonly lookAgain: (work: Work, seconds: number) => Promise<void>;
  /** Whether the stack granted the right to write notifications. */
  readonly manages: boolean;
}

// --- internal ---

/** Milliseconds in which events that somebody switched off after us are not switched on again. */
const AGAIN = 10 * 60_000;

/**
 * Seconds until events that somebody switched off after us may be switched on again: no event comes
 * then by itself, and a limit must not end the guard.
 */
function secondsToWait({ objects }: Rule, write: NotificationWrite | null, now: number): number | null {
  if (objects?.manageNotifications !== true || write?.done !== true) return null;
  const left = Date.parse(write.to) + AGAIN - now;
  return left > 0 ? Math.ceil(left / 1000) + 1 : null;
}

/**
 * Whether somebody else wrote between our read and our write, so that their change may be lost:
 * only their event shows it. CloudTrail's times are whole seconds. Events known when we read do not
 * count.
 */
function isCrossed({ eventId, eventTime }: Trigger, write: NotificationWrite | null): boolean {
  if (write === null || write.events.includes(eventId)) return false;
  const at = Date.parse(eventTime);
  return at >= Date.parse(write.from) - 1_000 && at <= Date.parse(write.to) + 1_000;
}

/**
 * Why Bucketseal does not switch events on itself; `null`: nobody asked it to, `undefined`: it
 * does.
 */
async function whyNot(
  { ports, manages }: DutySettings,
  rule: Rule,
  isStale: boolean,
  write: NotificationWrite | null,
): Promise<string | null | undefined> {
  if (rule.objects?.manageNotifications !== true) return null;
  if (!manages) return "this deployment lacks the permission to switch them on";
  if (rule.mode !== "enforce") return `rule ${rule.id} only observes`;
  if (isStale) return "the policy cannot be read";
  if (write?.done === true && ports.now() - Date.parse(write.to) < AGAIN) {
    return `somebody switched them off again after ${write.to}`;
  }
  const paused = await ports.paused();
  if (!paused.known) return "whether writes are paused could not be read";
  return paused.value ?? undefined;
}
