import type { Policy, Rule } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { firstRules } from "../terminal/first-rules.ts";

/**
 * What to say of a policy whose rules have backfills begin by themselves where the stage was
 * deployed without backfills; `null`: nothing.
 */
export function backfillHint(policy: Policy, { stage, backfillQueueUrl }: Deployment): string | null {
  if (backfillQueueUrl !== undefined) return null;
  const why = `stage ${safe(stage)} has no backfills; deploy it with BUCKETSEAL_BACKFILL=on`;
  const closing = namesOf(policy, (objects) => objects.closeDriftWindows);
  if (closing !== null)
    return `drift windows of ${closing} are not closed by themselves, and alerts name the command: ${why}`;
  const due = namesOf(policy, (objects) => objects.backfillEvery !== undefined);
  return due === null ? null : `backfillEvery of ${due} begins nothing: ${why}`;
}

/** Whether a rule in force has backfills begin by themselves. */
export function isByItself({ mode, objects }: Pick<Rule, "mode" | "objects">): boolean {
  return mode !== "off" && (objects?.closeDriftWindows === true || objects?.backfillEvery !== undefined);
}

// --- internal ---

/** The rules in force whose objects are so, by name; `null`: none. */
function namesOf({ rules }: Policy, is: (objects: NonNullable<Rule["objects"]>) => boolean): string | null {
  return firstRules(rules.filter(({ mode, objects }) => mode !== "off" && objects !== undefined && is(objects)));
}
