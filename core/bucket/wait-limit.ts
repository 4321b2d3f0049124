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
 * ISO 8601: since when work waits, if it is postponed now. A new bucket's time to settle has an end
 * of its own, and what happens then may have to wait for S3 as well.
 */
export function waitsSince({ since }: Pick<Work, "since">, why: Postponement, now: number): string | null {
  return since ?? (why === "settle" ? null : new Date(now).toISOString());
}
