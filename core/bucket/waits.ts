import { tagsRead } from "#core/decide/facts";
import { sameEncryption } from "#core/encryption";
import { isTagCall } from "#core/event/calls";
import { newest } from "#core/event/newest";
import type { Trigger } from "#core/event/trigger";
import type { Intent } from "#core/ledger/state";
import { evidentlySeen, evidentlyUnseen } from "./evident.ts";
import { type Later, later } from "./step.ts";
import type { Survey } from "./survey.ts";
import { hasWaited } from "./wait-limit.ts";
import type { Work } from "./work.ts";

/**
 * Seconds after which S3 is assumed to show a change, and CloudTrail to have delivered the event.
 * S3 gives no figure for its eventual consistency; captured events reached a queue 5 to 8 seconds
 * after the call (September 2026).
 */
export const RECHECK_SECONDS = 15;
/** An event older than this many milliseconds says nothing about what S3 may still have to show. */
const RECENT = 5 * 60_000;

/**
 * The wait before a finding is reported or repaired, because the look came too early; `null`: none.
 * Four cases:
 *
 * - A look triggered by a newer call saw another configuration.
 * - There is a violation, and the newest call requested something else.
 * - There is a violation that no known call explains: either the event that names its cause is
 *   still on its way, or S3 shows a state that we have already repaired.
 * - A stack operation is under way: CloudFormation sets a bucket up call by call, S3 refuses what
 *   comes in between (409 OperationAborted), and a rollback would undo it.
 */
export function waitToAct(work: Work, seen: Survey, now: number): Later | null {
  const { plan, events, look } = seen;
  const isRepeated = work.after.includes("recheck") || hasWaited(work, now);
  if (!isRepeated && isOutdated(work, seen, now)) return recheckIn(RECHECK_SECONDS);
  if (plan.verdict !== "violation") return null;
  const building = isRepeated || plan.action !== "write" ? 0 : secondsOfStack(events, now);
  if (building > 0) return recheckIn(building);
  const last = newest(events);
  const isUnseen = last !== null && evidentlyUnseen(last, plan, tagsRead(seen.facts));
  const early = isUnseen && !isRepeated ? recheckIn(secondsLeft(last.eventTime, now)) : null;
  if (early !== null || look.trigger !== null) return early;
  const isExpected = !isRepeated && work.triggers.length > 0;
  return recheckIn(isExpected ? RECHECK_SECONDS : secondsLeft(look.state.lastWriteAt, now));
}

/**
 * The wait until a bucket surely shows whether a started write took effect; `null`: it does now.
 * Before that, the bucket may show a configuration from before the write, or even from before what
 * the write was to repair.
 */
export function waitToReport(intent: Intent | null, now: number): Later | null {
  if (intent === null) return null;
  return recheckIn(Math.ceil((Date.parse(intent.at) - now) / 1000) + RECHECK_SECONDS);
}

/**
 * The wait before a finished look is repeated once; `null`: it is not. If a bucket does not show a
 * recently requested change, S3 may be returning an earlier state.
 */
export function waitToRecheck(work: Work, seen: Survey, now: number): Later | null {
  if (work.after.includes("recheck")) return null;
  const tags = tagsRead(seen.facts);
  const isDoubtful = seen.events.some(
    (event) => now - Date.parse(event.eventTime) < RECENT && !evidentlySeen(event, seen.plan, tags),
  );
  return isDoubtful ? recheckIn(RECHECK_SECONDS) : null;
}

// --- internal ---

function recheckIn(seconds: number): Later | null {
  return seconds > 0 ? later(seconds, "recheck") : null;
}

/**
 * Whether a recent look, triggered by another call that is newer or set the encryption last, saw
 * another configuration. A bucket that is still settling has had no look.
 */
function isOutdated(work: Work, { look: { state }, facts }: Survey, now: number): boolean {
  if (state.settleUntil !== null || facts.encryption?.known !== true) return false;
  const { triggers } = state;
  const isAnswered = [triggers.at(-1), triggers.findLast((event) => !isTagCall(event))].some(
    (event) => event !== undefined && !isAbout(work, event) && now - Date.parse(event.eventTime) < RECENT,
  );
  return isAnswered && !sameEncryption(facts.encryption.value, state.observed);
}

/**
 * Seconds until a stack operation that touched the bucket lately counts as over.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
function secondsOfStack(events: readonly Trigger[], now: number): number {
  const last = newest(events.filter(({ actor }) => actor.invokedBy === "cloudformation.amazonaws.com"));
  return last === null ? 0 : secondsLeft(last.eventTime, now);
}

function isAbout(work: Work, { eventId }: Pick<Trigger, "eventId">): boolean {
  return work.triggers.some((event) => event.eventId === eventId);
}

/** Seconds until S3 is assumed to show a change made at a time (ISO 8601), rounded up. */
function secondsLeft(time: string | null, now: number): number {
  return time === null ? 0 : RECHECK_SECONDS - Math.floor((now - Date.parse(time)) / 1000);
}
