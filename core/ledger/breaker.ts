/** The breaker: it stops us where somebody keeps undoing what we write. */

import { longest } from "#core/cut";
import { callerText } from "#core/event/caller";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/** How much fighting is allowed: the policy's `breaker`, in seconds. */
export interface BreakerLimits {
  /** Verified writes of one bucket's configuration within `within` that open the breaker. */
  readonly writes: number;
  readonly within: number;
  /** How long it stays open at first; doubled after each trial that was undone. */
  readonly coolDown: number;
}

/** An open breaker. */
export interface Breaker {
  /** ISO 8601. */
  readonly openedAt: string;
  /** ISO 8601: before a trial, when it may be made; after one, how long it has to stay. */
  readonly until: string;
  /** Seconds that it stays open this time. */
  readonly coolDown: number;
  /** ISO 8601: the trial that is not over yet; `null`: there is none. */
  readonly trialAt: string | null;
  /** Those who undid our writes, as far as events name them. */
  readonly theirs: readonly string[];
  /** The ARN of the role that wrote. */
  readonly ours: string;
  /** How often it wrote before it was stopped, trials included. */
  readonly writes: number;
}

/** What is remembered of our writes: ISO 8601, newest last, only as far back as they count. */
export interface Writes {
  /** Verified ones. */
  readonly writes?: readonly string[];
  /** Those that S3 took and that were never seen: undone at once, or not visible yet. */
  readonly unverified?: readonly string[];
  readonly breaker?: Breaker | null;
}

/** What is known where a write is about to be made. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limits: BreakerLimits;
  readonly theirs: readonly string[];
  readonly ours: string;
}

/**
 * The breaker that forbids a write now; `null`: it may be made. Own retries do not count, except
 * that a write which is never seen may be one that is undone at once: of those and the verified
 * ones there may be twice as many.
 */
export function forbids(known: Writes, moment: Moment): Breaker | null {
  const { now, limits } = moment;
  const { breaker = null } = known;
  if (breaker !== null && now < Date.parse(breaker.until) && breaker.trialAt === null) return breaker;
  const verified = recent(known.writes, moment).length;
  const all = verified + recent(known.unverified, moment).length;
  const isSpent = all >= 2 * limits.writes;
  if (breaker === null) return verified >= limits.writes || isSpent ? opened(moment, limits.coolDown, all) : null;
  // The trial was undone before it had lasted, or was never seen.
  if (breaker.trialAt !== null || isSpent) return again(breaker, moment);
  return null;
}

/** The times with one more, as far back as they count. */
export function withWrite(times: readonly string[] | undefined, at: string, limits: BreakerLimits): readonly string[] {
  return recent([...(times ?? []), at], { now: Date.parse(at), limits }).slice(-MOST);
}

/** What a look found that wrote nothing, or whose write was verified. */
export interface Found {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limits: BreakerLimits;
  /** ISO 8601: our write that this look verified. */
  readonly wroteAt: string | null;
  readonly isCompliant: boolean;
}

/**
 * The breaker after a look that it did not stop; `null`: closed. It closes when the bucket has been
 * as declared for a whole window after a trial, or after the time at which nobody left us anything
 * to try. Where something else prevents the write by then, the next one is the trial.
 */
export function breakerAfter(breaker: Breaker, { now, limits, wroteAt, isCompliant }: Found): Breaker | null {
  const wrote = Date.parse(wroteAt ?? "");
  if (wrote >= Date.parse(breaker.until)) {
    return { ...breaker, trialAt: iso(wrote), until: iso(wrote + limits.within * 1000) };
  }
  if (now < Date.parse(breaker.until)) return breaker;
  if (!isCompliant) return { ...breaker, trialAt: null };
  return breaker.trialAt === null ? { ...breaker, trialAt: iso(now), until: iso(now + limits.within * 1000) } : null;
}

/** The reason for which a write is not made. */
export function contestedReason({ openedAt, until, theirs, ours, writes }: Breaker): Reason {
  const them = (theirs.length === 0 ? [null] : theirs).map(callerText).join(" and ");
  const text = `${safe(ours, longest.arn)} wrote ${writes} times, and ${them} undid it: the breaker is open since ${openedAt}, and nothing is written until ${until}`;
  return { code: "breaker-open", text };
}

// --- internal ---

/** The longest that it stays open: a day. */
const LONGEST = 86_400;
/** The most times kept of each kind: no policy may allow more. */
const MOST = 40;
/** The most names kept. */
const MOST_NAMES = 3;

function recent(times: readonly string[] | undefined, { now, limits }: Pick<Moment, "now" | "limits">): string[] {
  return (times ?? []).filter((at) => now - Date.parse(at) < limits.within * 1000);
}

function opened({ now, theirs, ours }: Moment, coolDown: number, writes: number): Breaker {
  const until = iso(now + coolDown * 1000);
  return { openedAt: iso(now), until, coolDown, trialAt: null, theirs: theirs.slice(0, MOST_NAMES), ours, writes };
}

function again(breaker: Breaker, moment: Moment): Breaker {
  const coolDown = Math.min(LONGEST, 2 * breaker.coolDown);
  const theirs = [...new Set([...moment.theirs, ...breaker.theirs])];
  return { ...opened({ ...moment, theirs }, coolDown, breaker.writes + 1), openedAt: breaker.openedAt };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
