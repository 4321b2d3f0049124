import type { Scene } from "./culprit.ts";
import { newest } from "./culprit.ts";
import { couldNeedTags } from "./match.ts";
import type { CompiledPolicy } from "./policy-index.ts";
import { evidentlySeen, evidentlyUnseen } from "./requested.ts";
import type { BucketState } from "./state.ts";
import type { Trigger } from "./types.ts";
import type { Work } from "./work.ts";

/** Seconds after which S3 is taken to show what was asked of it. It names no figure for its eventual consistency. */
export const RECHECK_SECONDS = 15;
/** CloudTrail's events were captured reaching a queue 5 to 8 seconds after the call (September 2026). */
export const ECHO_SECONDS = 10;
/** An event older than this many milliseconds says nothing about what S3 has yet to show. */
const RECENT = 5 * 60_000;

/**
 * Until when (milliseconds since the epoch) to leave a new bucket alone; 0: it is not new, or no tag could decide about it. Tags are put after
 * a bucket is created, so a look before `settle` could apply the wrong rule. Events come in any order: a bucket that nobody has
 * looked at yet may be new whatever the event says.
 */
export function settlesAt(policy: CompiledPolicy, work: Work, state: BucketState, now: number): number {
  if (!couldNeedTags(policy, work.ref)) return 0;
  const latest = (event: Trigger) => Math.min(now, Date.parse(event.eventTime)) + policy.policy.settle * 1000;
  const created = work.triggers.filter((event) => event.eventName === "CreateBucket").map(latest);
  const known = state.settleUntil === null ? [] : [Date.parse(state.settleUntil)];
  if (created.length + known.length > 0) return Math.max(...created, ...known);
  const isStrange = state.outcome === null || state.outcome === "gone";
  return isStrange && work.triggers.length > 0 ? Math.min(...work.triggers.map(latest)) : 0;
}

/**
 * Seconds to wait before a violation is told or mended, 0 for none, because the look came too early: the newest call asked for something else
 * than what is seen, or no call that is known explains it, so that the event which says who did it is still on its way.
 */
export function secondsTooEarly(work: Work, scene: Scene, cause: Trigger | null, now: number): number {
  if (work.after.includes("recheck")) return 0;
  if (cause === null) return work.triggers.length > 0 ? ECHO_SECONDS : 0;
  const last = newest(scene.events);
  if (last === null || !evidentlyUnseen(last, scene.plan, tagsOf(scene))) return 0;
  return Math.max(0, RECHECK_SECONDS - Math.floor((now - Date.parse(last.eventTime)) / 1000));
}

/**
 * Seconds after which to look once more, 0 for none: a bucket that does not show what somebody asked for a moment ago may be S3
 * showing the state of before.
 */
export function secondsToRecheck(work: Work, scene: Scene, now: number): number {
  if (work.after.includes("recheck")) return 0;
  const tags = tagsOf(scene);
  const isDoubtful = scene.events.some(
    (event) => now - Date.parse(event.eventTime) < RECENT && !evidentlySeen(event, scene.plan, tags),
  );
  return isDoubtful ? RECHECK_SECONDS : 0;
}

// --- internal ---

function tagsOf({ facts }: Scene): Readonly<Record<string, string>> | undefined {
  return facts.tags?.known === true ? facts.tags.value : undefined;
}
