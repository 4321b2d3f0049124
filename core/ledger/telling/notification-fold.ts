/** What is told of a bucket's events again and again: counted, and told together. */

import type { NotificationFinding } from "#core/alert/notifications";
import type { Alert } from "#core/alert/schema";

/** What was told of a bucket's events lately, and what was counted since. */
export interface NotificationFold {
  /** The id of the first alert of the series, and its time (ISO 8601). */
  readonly incident: string;
  readonly since: string;
  /** How often there was something to tell since then. */
  readonly times: number;
  /** What was told, once for each time. */
  readonly prints: readonly string[];
  /** ISO 8601: until then more of the like is only counted; and the length of that time. */
  readonly until: string;
  readonly seconds: number;
  readonly untold: CountedNotifications | null;
  /** ISO 8601: when a look was asked for that tells what was counted. */
  readonly asked?: string;
}

/** What was counted and has not been told yet. */
export interface CountedNotifications {
  readonly count: number;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** The times in which the bucket sent no events, as one from the first to the last. */
  readonly gap: Gap | null;
}

type Gap = Extract<NotificationFinding, { kind: "gap" }>;

/** What becomes of a finding, and what is told with it. */
export interface FoldedNotification {
  readonly fold: NotificationFold | null;
  readonly isTold: boolean;
  readonly counted: CountedNotifications | null;
}

/**
 * Tells a finding at once, or counts it: the third of the like within the policy's `fold`, and then
 * every one until it has been quiet. A notification that may be lost is always told.
 *
 * @param seconds - the policy's `fold`; 0: each is told
 */
export function foldNotification(
  known: NotificationFold | null,
  finding: NotificationFinding,
  id: string,
  time: { readonly now: number; readonly seconds: number },
): FoldedNotification {
  const { now, seconds } = time;
  if (finding.kind === "interfered" || seconds === 0) return { fold: known, isTold: true, counted: null };
  const at = iso(now);
  const print = printOf(finding);
  const isRunning = known !== null && now < Date.parse(known.until);
  if (isRunning && known.prints.filter((each) => each === print).length >= TOLD) {
    return {
      fold: { ...known, times: known.times + 1, untold: more(known.untold, finding, at) },
      isTold: false,
      counted: null,
    };
  }
  const isSeries = isRunning || (known !== null && known.untold !== null);
  const base = isSeries ? (known as NotificationFold) : { incident: id, since: at, times: 0, prints: [], seconds };
  const until = isRunning ? known.until : iso(now + base.seconds * 1000);
  const prints = [...base.prints, print].slice(-MOST);
  const fold = { ...base, times: base.times + 1, prints, until, untold: null };
  return { fold, isTold: true, counted: isSeries ? (known as NotificationFold).untold : null };
}

/** What was counted, once its time is over, and the fold that goes on, for twice as long. */
export function notificationsDue(
  fold: NotificationFold | null,
  now: number,
): { readonly fold: NotificationFold; readonly counted: CountedNotifications } | null {
  if (fold === null || fold.untold === null || now < Date.parse(fold.until)) return null;
  const seconds = Math.max(fold.seconds, Math.min(LONGEST, 2 * fold.seconds));
  return { fold: { ...fold, seconds, until: iso(now + seconds * 1000), untold: null }, counted: fold.untold };
}

/** The part of an alert that says how often it was. */
export function repeatedNotifications(fold: NotificationFold, counted: CountedNotifications): Alert["repeated"] {
  const { incident, since, times } = fold;
  const { count, from, to } = counted;
  return { incident, since, times, folded: [{ actor: null, count, from, to, changes: [] }] };
}

// --- internal ---

/** How often the like is told before it is counted: once more after it was well again. */
const TOLD = 2;
/** The most that is remembered of what was told. */
const MOST = 20;
/** Seconds for which it is counted at the most, unless the policy says more: an hour. */
const LONGEST = 3_600;
/** What tells one time from the next. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

function printOf(finding: Exclude<NotificationFinding, { kind: "interfered" }>): string {
  const why = "why" in finding ? (finding.why ?? "") : "";
  return `${finding.kind}: ${why.replace(TIME, "").slice(0, 200)}`;
}

function more(untold: CountedNotifications | null, finding: NotificationFinding, at: string): CountedNotifications {
  const known = untold ?? { count: 0, from: at, gap: null };
  return {
    count: known.count + 1,
    from: known.from,
    to: at,
    gap: finding.kind === "gap" ? span(known.gap, finding) : known.gap,
  };
}

/** One time that holds both. */
function span(known: Gap | null, gap: Gap): Gap {
  if (known === null) return gap;
  const [from, to] = [known.from < gap.from ? known.from : gap.from, known.to > gap.to ? known.to : gap.to];
  return { kind: "gap", from, to, isClosing: known.isClosing === true && gap.isClosing === true };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
