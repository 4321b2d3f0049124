import type { Backfill } from "./backfill.ts";
import type { Selection } from "./selection.ts";
import { type BackfillWindow, meet, timesOf } from "./window.ts";

/**
 * What became of a window that was asked for. `waiting`: for the end of another backfill. `begun`:
 * a backfill is about it. `closed`: every object written in it was looked at. `incomplete`: that
 * came to its end, and some objects could not be looked at or written. `cancelled`, `failed`: as
 * the backfill was.
 */
export type RequestState = "waiting" | "begun" | "closed" | "incomplete" | "cancelled" | "failed";

/** A backfill that was asked for, until it is over and for as long as backfills are kept. */
export interface BackfillRequest {
  /** A window's id, or that of a person's message. */
  readonly id: string;
  readonly by: string;
  readonly selection: Selection;
  /** What it closes; `null`: a person asked for it. */
  readonly window: BackfillWindow | null;
  /** ISO 8601: when it was asked for. */
  readonly noted: string;
  readonly state: RequestState;
  /** The backfill that is, or was, about it; `null`: none yet. */
  readonly backfill: string | null;
  /** ISO 8601: when that was over. */
  readonly ended: string | null;
}

/**
 * Those of the waiting requests that the next backfill is about: the oldest, and with it every
 * window that meets it, or meets one that does. An object of both is looked at once.
 */
export function nextRequests(waiting: readonly BackfillRequest[]): readonly BackfillRequest[] {
  const [oldest, ...others] = waiting.toSorted((a, b) => Date.parse(a.noted) - Date.parse(b.noted));
  if (oldest === undefined) return [];
  const taken = [oldest];
  let left = others;
  for (let found = taken; found.length > 0 && taken.length < MOST; ) {
    const isNext = ({ window }: BackfillRequest) =>
      window !== null && taken.some((one) => one.window !== null && meet(one.window, window));
    found = left.filter(isNext).slice(0, MOST - taken.length);
    left = left.filter((each) => !found.includes(each));
    taken.push(...found);
  }
  return taken;
}

/** What one backfill about all of these does. */
export function askedOf([first, ...others]: readonly [BackfillRequest, ...BackfillRequest[]]): Pick<
  Backfill,
  "by" | "selection" | "windows"
> {
  const { by, selection, window } = first;
  if (window === null) return { by, selection };
  const more = others.flatMap((each) => each.window ?? []);
  const isAll = [first, ...others].some((each) => each.selection.versions === "all");
  const windows = [window, ...more] as const;
  return { by, selection: { ...selection, versions: isAll ? "all" : "current", ...timesOf([...windows]) }, windows };
}

/** What a backfill that is over means for what asked for it. */
export function endOfRequests({ state, counts }: Pick<Backfill, "state" | "counts">): RequestState {
  if (state === "cancelled" || state === "failed") return state;
  const isUnsure = [...UNSURE].some((outcome) => (counts.outcomes[outcome] ?? 0) > 0);
  return isUnsure ? "incomplete" : "closed";
}

// --- internal ---

/** As many as fit into the transaction that begins a backfill. */
const MOST = 40;

/** Outcomes of objects of which it is not known that they are as declared, nor why not. */
const UNSURE: ReadonlySet<string> = new Set(["failed", "unreadable"]);
