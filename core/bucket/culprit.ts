import { type Facts, tagsRead } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { sameEncryption } from "#core/encryption";
import { isEncryptionCall, isHazardCall, isTagCall } from "#core/event/calls";
import { newest } from "#core/event/newest";
import type { Trigger } from "#core/event/trigger";
import type { BucketState } from "#core/ledger/state";
import { evidentlySeen, evidentlyUnseen } from "./evident.ts";

/**
 * The culprit: the event to blame for what a look found, for the record and the alert; `null`: none
 * is known, which is better than a wrong name. Blamed is who asked for what was found, then who may
 * have; a call that asked for something else never is, nor one that changes no encryption. A known
 * violation keeps its culprit unless a newer call set the same. Calls that changed tags count only
 * if tags were read, and only if no other call explains the finding.
 *
 * @param events - those of this look that may have caused what was found
 * @param state - the ledger's state
 */
export function culprit(
  events: readonly Trigger[],
  state: BucketState,
  plan: Plan,
  { tags }: Pick<Facts, "tags">,
): Trigger | null {
  if (plan.verdict === "gone") return newest(events.filter((event) => !isHazardCall(event)));
  const calls = events.filter(isEncryptionCall);
  const read = tagsRead({ tags });
  const tagged = tags === undefined ? [] : events.filter(isTagCall);
  const taggers = tagged.filter((event) => !evidentlyUnseen(event, plan, read));
  const isNew = state.outcome === null || state.outcome === "gone";
  const creators = isNew ? events.filter(({ eventName }) => eventName === "CreateBucket") : [];
  // What cannot be read may be due to any of them.
  if (plan.before === null) return newest([...creators, ...calls, ...taggers]);
  const makers = calls.filter((event) => evidentlySeen(event, plan));
  const others = calls.filter((event) => !evidentlySeen(event, plan) && !evidentlyUnseen(event, plan));
  if (plan.verdict !== "violation") return newest([...creators, ...others, ...makers, ...taggers]);
  const known = remembered(state, plan);
  const asked = newest(known === null ? makers : [known, ...makers]) ?? newest(others);
  return asked ?? newest(creators.filter((event) => evidentlySeen(event, plan))) ?? newest(taggers);
}

/**
 * Events that no later write of ours undid. CloudTrail's times are whole seconds, and its clock is
 * not ours, so an event just before the write counts as undone only if it was recorded before: then
 * it is a copy.
 *
 * @param found - the ledger's state before the events were added
 */
export function notUndone(events: readonly Trigger[], { lastWriteAt, triggers }: BucketState): Trigger[] {
  if (lastWriteAt === null) return [...events];
  const wrote = Date.parse(lastWriteAt);
  const isCopy = (event: Trigger) => triggers.some((seen) => seen.eventId === event.eventId);
  return events.filter(
    (event) => isTagCall(event) || Date.parse(event.eventTime) > wrote - (isCopy(event) ? 0 : CLOCKS),
  );
}

// --- internal ---

/** Milliseconds by which an event must precede a write to have surely come before it. */
const CLOCKS = 2000;

function remembered(state: BucketState, plan: Plan): Trigger | null {
  if (state.intent !== null && sameEncryption(state.intent.before, plan.before)) return state.intent.trigger;
  return sameEncryption(state.observed, plan.before) ? state.blamed : null;
}
