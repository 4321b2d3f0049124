import { setTimeout as sleep } from "node:timers/promises";

/** How many items are worked on at once. */
export interface LaneLimits {
  /** Items that make progress. */
  readonly lively: number;
  /** All items, those that wait included. */
  readonly most: number;
  /** Milliseconds without progress after which an item's place is given to the next one. */
  readonly patience: number;
}

/** Accounts in which something gets on at any time, and all that are begun. */
export const LANES: LaneLimits = { lively: 8, most: 128, patience: 2_000 };

/**
 * Works on items side by side, in their order. One that is stuck (throttled, or without an answer)
 * gives up its place, so that it delays no other. Results keep the order of the items; the first
 * error ends the run.
 * @param work - calls `moved` whenever it gets on
 */
export async function inLanes<T, R>(
  items: readonly T[],
  limits: LaneLimits,
  work: (item: T, moved: () => void) => Promise<R>,
): Promise<R[]> {
  const running = new Set<Lane>();
  const started: Promise<R>[] = [];
  for (const item of items) {
    while (!hasRoom(running, limits)) {
      const next = [...running].map(({ ended }) => ended);
      await Promise.race([...next, sleep(limits.patience / 4, undefined, { ref: false })]);
    }
    const lane: Lane = { moved: Date.now(), ended: Promise.resolve() };
    const result = work(item, () => {
      lane.moved = Date.now();
    });
    running.add(lane);
    lane.ended = result.then(
      () => void running.delete(lane),
      () => void running.delete(lane),
    );
    started.push(result);
  }
  return Promise.all(started);
}

// --- internal ---

interface Lane {
  moved: number;
  ended: Promise<void>;
}

function hasRoom(running: ReadonlySet<Lane>, { lively, most, patience }: LaneLimits): boolean {
  if (running.size >= most) return false;
  const since = Date.now() - patience;
  let moving = 0;
  for (const { moved } of running) if (moved > since) moving++;
  return moving < lively;
}
