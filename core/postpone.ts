import { couldNeedTags } from "./match.ts";
import type { CompiledPolicy } from "./policy-index.ts";
import { evidentlyAsDeclared } from "./requested.ts";
import type { BucketState } from "./state.ts";
import type { Facts, Plan, Trigger } from "./types.ts";
import type { Work } from "./work.ts";

/** Seconds after which a look that may have been too early is repeated. S3 names no figure for its eventual consistency. */
export const RECHECK_SECONDS = 15;
/** CloudTrail's events were captured reaching a queue 5 to 8 seconds after the call (September 2026). */
const ECHO_SECONDS = 10;
/** An event older than this many milliseconds says nothing about what S3 has yet to show. */
const RECENT = 5 * 60_000;

/**
 * Seconds to leave a new bucket alone, 0 for none: its tags are put after it is created, so where a tag could decide, a look
 * before `settle` could apply the wrong rule.
 */
export function settleSeconds(policy: CompiledPolicy, work: Work, state: BucketState, now: number): number {
  if (work.after.includes("settle") || !couldNeedTags(policy, work.ref)) return 0;
  const created = work.triggers.filter((trigger) => trigger.eventName === "CreateBucket");
  const until = Math.max(
    ...created.map((trigger) => Date.parse(trigger.eventTime) + policy.policy.settle * 1000),
    state.settleUntil === null ? 0 : Date.parse(state.settleUntil),
  );
  return Math.max(0, Math.min(900, Math.ceil((until - now) / 1000)));
}

/**
 * Seconds after which to look once more, 0 for none: a bucket that looks compliant right after somebody asked for something
 * else may be S3 showing the state of before.
 */
export function lookAgain(work: Work, plan: Plan, facts: Facts, state: BucketState, now: number): number {
  if (work.after.includes("recheck")) return 0;
  const doubtful = work.triggers.some(
    (trigger) =>
      now - Date.parse(trigger.eventTime) < RECENT &&
      !explainedByOwnWrite(trigger, state) &&
      !evidentlyAsDeclared(trigger, plan, facts.tags?.known === true ? facts.tags.value : undefined),
  );
  return doubtful ? RECHECK_SECONDS : 0;
}

/**
 * Seconds to wait for the event that says who did it, 0 for none: a look that only our own write asked for, and that finds something
 * wrong, came before the event of whoever did that.
 */
export function echoSeconds(work: Work, foreign: readonly Trigger[]): number {
  return foreign.length === 0 && work.triggers.length > 0 && !work.after.includes("recheck") ? ECHO_SECONDS : 0;
}

// --- internal ---

/** CloudTrail's times are whole seconds, so a write counts as later only from the next second on. */
function explainedByOwnWrite(trigger: Trigger, state: BucketState): boolean {
  return state.lastWriteAt !== null && Date.parse(state.lastWriteAt) >= Date.parse(trigger.eventTime) + 1000;
}
