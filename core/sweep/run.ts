import { noCounts, type RunCounts } from "./counts.ts";

/** `sweep`: over all buckets. `push`: over those that a change of policy concerns. */
export const runKinds = ["sweep", "push"] as const;

export type RunKind = (typeof runKinds)[number];

/**
 * `listing`: names are still being found. `running`: all of them are in batches. `halted`: too many
 * writes went wrong. `superseded`: a later push took its names over.
 */
type RunState = "listing" | "running" | "halted" | "done" | "superseded";

/** One pass over many buckets, as the ledger keeps it. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  readonly state: RunState;
  /** Who started it: an ARN, or `schedule`. */
  readonly by: string;
  /** The message that started it: delivered twice, it goes on with the same run. */
  readonly message: string;
  /** ISO 8601. */
  readonly started: string;
  /** ISO 8601: when it last made progress. */
  readonly touched: string;
  /** The version of the policy that a push put in force; `null`: a sweep. */
  readonly to: number | null;
  /** The run whose unfinished batches this one takes over; `null`: none. */
  readonly takesOver: string | null;
  /** The versions before it whose buckets have not all been looked at since. */
  readonly from: readonly number[];
  /** Batches in all, known once the names are listed; until then 0. */
  readonly batches: number;
  /** Batches that are done. */
  readonly done: number;
  readonly counts: RunCounts;
  /** What had been counted when a person last had it go on. */
  readonly resumed: RunCounts;
}

/** A run that begins. */
export function newRun(
  given: Pick<Run, "id" | "kind" | "by" | "message"> & Partial<Pick<Run, "to" | "from" | "takesOver">>,
  now: number,
): Run {
  const time = new Date(now).toISOString();
  const { to = null, from = [], takesOver = null, ...rest } = given;
  const none = { batches: 0, done: 0, counts: noCounts, resumed: noCounts };
  return { ...rest, state: "listing", started: time, touched: time, to, from, takesOver, ...none };
}

/** Whether a run still has something to do by itself. */
export function isUnderWay({ state }: Pick<Run, "state">): boolean {
  return state === "listing" || state === "running";
}

/** Whether every batch of a run is done. */
export function isComplete({ state, batches, done }: Pick<Run, "state" | "batches" | "done">): boolean {
  return state === "running" && done >= batches;
}

/**
 * Whether a run that is under way has died: no batch has been done for this long. What is sent
 * again then may be looked at twice, which costs a read and changes nothing.
 */
export function isStale({ touched }: Pick<Run, "touched">, now: number): boolean {
  return now - Date.parse(touched) > STALE_MS;
}

/**
 * Whether a push has to stop: more than a share of what it would have written went wrong or was
 * held back, once there is enough to tell.
 */
export function mustHalt(run: Pick<Run, "kind" | "state" | "counts" | "resumed">): boolean {
  const { kind, counts, resumed } = run;
  if (kind !== "push" || !isUnderWay(run)) return false;
  const bad = counts.held + counts.failed - resumed.held - resumed.failed;
  const all = bad + counts.repaired - resumed.repaired;
  return all >= HALT_AFTER && bad > all * HALT_SHARE;
}

// --- internal ---

const STALE_MS = 5 * 60_000;
const HALT_AFTER = 10;
const HALT_SHARE = 0.2;
