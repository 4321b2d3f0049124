import type { BucketState } from "./state.ts";

/**
 * ISO 8601: when a bucket is looked at by itself, without an event; `null`: never. That is the
 * earliest of what has a time: the breaker's trial or its end, alerts that were counted and have to
 * be told, and the end of what a person restored.
 */
export function dueOf({ breaker = null, outcome, folded = [], exemptUntil }: BucketState): string | null {
  // What is held or only reported meanwhile waits for whatever ends that.
  const isTried = breaker !== null && (breaker.trialAt !== null || outcome === "contested" || QUIET.has(outcome));
  const counted = folded.flatMap(({ untold, told }) => (untold === null ? [] : [told.until]));
  const times = [isTried ? breaker.until : null, exemptUntil?.until, ...counted].filter((time) => time != null);
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

// --- internal ---

/** Outcomes that leave nothing to be done. */
const QUIET: ReadonlySet<BucketState["outcome"]> = new Set(["left alone", "changed"]);
