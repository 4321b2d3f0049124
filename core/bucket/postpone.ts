import { sameEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Scene } from "./culprit.ts";
import { newest } from "./culprit.ts";
import { evidentlySeen, evidentlyUnseen } from "./evident.ts";
import type { Work } from "./work.ts";

/**
 * Seconds after which S3 is taken to show what was asked of it, and CloudTrail to have told of it. S3 names no figure for its eventual
 * consistency; events were captured reaching a queue 5 to 8 seconds after the call (September 2026).
 */
export const RECHECK_SECONDS = 15;
/** An event older than this many milliseconds says nothing about what S3 has yet to show. */
const RECENT = 5 * 60_000;

/**
 * Seconds to wait before what was found is told or mended, 0 for none, because the look came too early. A look after a newer call saw something
 * else. Or there is a violation, and the newest call asked for something else; or no call that is known explains it, so that either
 * the event which says who did it is still on its way, or S3 shows what we have mended already.
 */
export function secondsTooEarly(work: Work, scene: Scene, cause: Trigger | null, now: number): number {
  const { state, plan, events } = scene;
  const isRepeated = work.after.includes("recheck");
  if (!isRepeated && isOutdated(work, scene, now)) return RECHECK_SECONDS;
  if (plan.verdict !== "violation") return 0;
  if (cause === null) {
    return isRepeated || work.triggers.length === 0 ? secondsLeft(state.lastWriteAt, now) : RECHECK_SECONDS;
  }
  const last = newest(events);
  const isUnseen = last !== null && evidentlyUnseen(last, plan, tagsOf(scene));
  return isUnseen && !isRepeated ? secondsLeft(last.eventTime, now) : 0;
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

/** Whether a look at a newer call than any of this one's found the bucket otherwise, a moment ago. While it settles there is none. */
function isOutdated(work: Work, { state, facts }: Scene, now: number): boolean {
  const last = state.triggers.at(-1);
  if (state.settleUntil !== null || last === undefined || work.triggers.some((event) => event.eventId === last.eventId))
    return false;
  const isRecent = now - Date.parse(last.eventTime) < RECENT;
  return isRecent && facts.encryption?.known === true && !sameEncryption(facts.encryption.value, state.observed);
}

/** Seconds until S3 is taken to show what was asked of it at a time (ISO 8601), rounded up. */
function secondsLeft(time: string | null, now: number): number {
  return time === null ? 0 : Math.max(0, RECHECK_SECONDS - Math.floor((now - Date.parse(time)) / 1000));
}

function tagsOf({ facts }: Scene): Readonly<Record<string, string>> | undefined {
  return facts.tags?.known === true ? facts.tags.value : undefined;
}
