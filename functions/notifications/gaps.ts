import type { NotificationGap, NotificationState, NotificationSwitch } from "#aws/ledger/notification-state";
import type { Trigger } from "#core/event/trigger";

/**
 * What the calls that set a bucket's notifications tell of the time in which it sent no events: the
 * switches to remember, and the gaps that have ended. Objects written in a gap were not checked,
 * even if no look ever saw the events off. Calls arrive in any order, more than once.
 *
 * @param triggers - calls of this look, whoever made them
 * @param seen - what this look saw; `null`: it could not see
 * @param now - milliseconds since the epoch
 */
export function gapsAfter(
  { switches = [], gaps = [] }: Pick<NotificationState, "switches" | "gaps">,
  triggers: readonly Trigger[],
  seen: { readonly isOn: boolean } | null,
  now: number,
): Required<Pick<NotificationState, "switches" | "gaps">> & { readonly ended: readonly NotificationGap[] } {
  const known = new Set(switches.map(({ eventId }) => eventId));
  const all = [...switches, ...triggers.flatMap(switchOf).filter(({ eventId }) => !known.has(eventId))]
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || Number(a.isOn) - Number(b.isOn))
    .slice(-MAX);
  const found = gapsBetween(all);
  // Events that are on again without a call that says so: the gap ends when that is sure.
  const last = all.at(-1);
  const isEnded = seen?.isOn === true && last?.isOn === false && now - Date.parse(last.at) >= SURE;
  const open = isEnded ? [{ id: last.eventId, from: last.at, to: new Date(now).toISOString() }] : [];
  const told = new Set(gaps.map(({ id }) => id));
  const ended = [...found, ...open].filter(({ id }) => !told.has(id));
  return { switches: all, gaps: [...gaps, ...ended].slice(-MAX), ended };
}

/** Whether a call asked for a bucket's events to be off; `null`: it is not known. */
export function switchesOff({ requested }: Trigger): boolean | null {
  return requested?.kind === "notifications" ? !requested.sendsEvents : null;
}

// --- internal ---

const MAX = 20;
/** Milliseconds after which CloudTrail is assumed to have delivered the call that ends a gap. */
const SURE = 15 * 60_000;

function switchOf(trigger: Trigger): NotificationSwitch[] {
  const isOff = switchesOff(trigger);
  return isOff === null ? [] : [{ eventId: trigger.eventId, at: trigger.eventTime, isOn: !isOff }];
}

/** From the first call that switched the events off to the next one that switched them on. */
function gapsBetween(switches: readonly NotificationSwitch[]): NotificationGap[] {
  const gaps: NotificationGap[] = [];
  let off: NotificationSwitch | null = null;
  for (const each of switches) {
    if (!each.isOn) off ??= each;
    else if (off !== null) {
      gaps.push({ id: off.eventId, from: off.at, to: each.at });
      off = null;
    }
  }
  return gaps;
}
