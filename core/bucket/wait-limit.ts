import type { Postponement, Work } from "./work.ts";

/**
 * Seconds in which looks at a bucket may be repeated before anything is reported or repaired. Every
 * new event may ask for another look, and whoever is watched sends as many events as they like.
 * With the last repetition it is less than a minute.
 */
const WAIT_LIMIT_SECONDS = 40;

/** Whether work has waited for so long that its look has to come to a result. */
export function hasWaited({ since }: Pick<Work, "since">, now: number): boolean {
  return since !== null && now - Date.parse(since) >= WAIT_LIMIT_SECONDS * 1000;
}

/**
 * ISO 8601: since when work counts as waiting, if it is postponed now for so many seconds. A new
 * bucket's time to settle has an end of its own; after it, there is time for one look to be
 * repeated, for S3's sake, whatever events keep coming.
 */
export function waitsSince(
  { since }: Pick<Work, "since">,
  why: Postponement,
  now: number,
  seconds: number,
): string | null {
  const from = why === "settle" ? now + (seconds - WAIT_LIMIT_SECONDS + ONE_REPETITION) * 1000 : now;
  return since ?? new Date(from).toISOString();
}

// --- internal ---

/** Seconds in which a look that is repeated begins. */
const ONE_REPETITION = 10;
