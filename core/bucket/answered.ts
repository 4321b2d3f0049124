import { tagsRead } from "#core/decide/facts";
import { isEncryptionCall, isHazardCall, isTagCall } from "#core/event/calls";
import type { Trigger } from "#core/event/trigger";
import type { Verdict } from "#core/outcome";
import { notUndone } from "./culprit.ts";
import { evidentlySeen } from "./evident.ts";
import type { Survey } from "./survey.ts";

/**
 * Whether a look answered an event that was on record when it began, so that another look for it
 * could find nothing more: the look found nothing to do and evidently saw what the call asked for,
 * or a later write of ours undid it. What hazards depend on matters only where there is something
 * to write. False if unsure, which only costs a look: for a bucket's beginning and end and its
 * notifications, and for a bucket that is not as it should be, whose events say who is to blame.
 */
export function answered({ plan, facts, look }: Survey, trigger: Trigger): boolean {
  if (!QUIET.has(plan.verdict) || look.state.intent !== null) return false;
  if (isTagCall(trigger)) return evidentlySeen(trigger, plan, tagsRead(facts));
  if (isHazardCall(trigger)) return true;
  if (!isEncryptionCall(trigger)) return false;
  return evidentlySeen(trigger, plan) || notUndone([trigger], look.found).length === 0;
}

// --- internal ---

const QUIET: ReadonlySet<Verdict> = new Set(["compliant", "exempt", "unmanaged"]);
