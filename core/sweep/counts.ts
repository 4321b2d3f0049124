/** A pass over many buckets, a sweep or what a push calls for: its items, messages and counts. */

import type { Outcome } from "#core/outcome";

/** The names of a run's counts; `seen` is every bucket looked at, those as declared included. */
export const counted = ["seen", "repaired", "reported", "held", "unreadable", "gone", "exempt", "failed"] as const;

type Counted = (typeof counted)[number];

/** What became of the buckets that a run looked at. */
export type RunCounts = Readonly<Record<Counted, number>>;

export const noCounts = Object.fromEntries(counted.map((name) => [name, 0])) as RunCounts;

/** One bucket's look as counts; `failed`: it came to no result. */
export function countsOf(outcome: Outcome): RunCounts {
  const name = COUNTED_AS[outcome];
  return { ...noCounts, seen: 1, ...(name === undefined ? {} : { [name]: 1 }) };
}

export function addCounts(a: RunCounts, b: RunCounts): RunCounts {
  return Object.fromEntries(counted.map((name) => [name, a[name] + b[name]])) as RunCounts;
}

/**
 * Whether a run found something else than the one before it (`null`: there was none). That there
 * are more or fewer buckets as declared is no news.
 */
export function differs(counts: RunCounts, before: RunCounts | null): boolean {
  return counted.some((name) => name !== "seen" && counts[name] !== (before ?? noCounts)[name]);
}

// --- internal ---

const COUNTED_AS: Readonly<Partial<Record<Outcome, Counted>>> = {
  changed: "repaired",
  reported: "reported",
  held: "held",
  contested: "held",
  unreadable: "unreadable",
  gone: "gone",
  exempt: "exempt",
  failed: "failed",
};
