/** Windows of a bucket's objects that say the same again and again: counted, told together. */

import type { ObjectWindow } from "#core/alert/digest";
import type { Alert } from "#core/alert/schema";
import type { Severity } from "#core/reason/severity";

/** What was told of a bucket's objects lately. */
export interface ToldWindows {
  /** The id of the first alert of the series. */
  readonly incident: string;
  /** ISO 8601: the start of what the first one told. */
  readonly since: string;
  /** Windows since then, told one by one or together. */
  readonly times: number;
  /** What they said, newest last, in how many windows, and until when it is not news (ISO 8601). */
  readonly said: readonly { readonly print: string; readonly times: number; readonly until: string }[];
}

/**
 * Whether a window says exactly what was told three times lately: the same outcomes for the same
 * reasons under the same rules. What was changed, lost or failed, what is critical, and a repair
 * that nobody confirmed is told at once, however often.
 */
export function isToldOften(
  told: ToldWindows | null,
  { rekeyed, counts, reasons, rules }: ObjectWindow,
  severity: Severity,
  unconfirmed: number,
  now: number,
): boolean {
  if (severity === "critical" || rekeyed > 0 || unconfirmed > 0) return false;
  if (Object.keys(counts).some((outcome) => !STANDS.has(outcome))) return false;
  const print = printOf({ counts, reasons, rules });
  const isOften = (each: ToldWindows["said"][number]) => each.times >= TOLD_EACH && now < Date.parse(each.until);
  return told?.said.some((each) => each.print === print && isOften(each)) ?? false;
}

/** What is remembered once a window was told, or counted because it says what was told. */
export function withWindow(told: ToldWindows | null, window: ObjectWindow, id: string, now: number): ToldWindows {
  const alive = told?.said.filter(({ until }) => now < Date.parse(until)) ?? [];
  const { incident, since, times } =
    told === null || alive.length === 0 ? { incident: id, since: window.from, times: 0 } : told;
  const print = printOf(window);
  const others = alive.filter((each) => each.print !== print);
  const until = new Date(now + MEMORY).toISOString();
  const before = alive.find((each) => each.print === print)?.times ?? 0;
  const said = [...others, { print, times: before + 1, until }].slice(-MOST);
  return { incident, since, times: times + 1, said };
}

/** The part of an alert that says how many windows are told together. */
export function repeatedWindows(told: ToldWindows | null, { windows, from, to }: ObjectWindow): Alert["repeated"] {
  if (told === null || windows === undefined) return undefined;
  const { incident, since, times } = told;
  return { incident, since, times, folded: [{ actor: null, count: windows, from, to, changes: [] }] };
}

// --- internal ---

/** Windows that say the same and are told one by one: a few need no summary. */
const TOLD_EACH = 3;
/** Milliseconds for which the same is not news: longer than windows are counted. */
const MEMORY = 2 * 3_600_000;
/** The most that is remembered. */
const MOST = 20;
/** Outcomes that leave an object as it was. */
const STANDS: ReadonlySet<string> = new Set(["reported", "held", "contested", "unreadable"]);

function printOf({ counts, reasons, rules }: Pick<ObjectWindow, "counts" | "reasons" | "rules">): string {
  return JSON.stringify([Object.keys(counts), Object.keys(reasons), rules].map((names) => names.toSorted()));
}
