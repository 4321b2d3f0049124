import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";

/**
 * What to say of a policy whose rules have drift windows closed where the stage was deployed
 * without backfills; `null`: nothing.
 */
export function backfillHint(policy: Policy, { stage, backfillQueueUrl }: Deployment): string | null {
  if (backfillQueueUrl !== undefined) return null;
  const rules = policy.rules.filter(({ mode, objects }) => mode !== "off" && objects?.closeDriftWindows === true);
  if (rules.length === 0) return null;
  const names = rules.slice(0, 3).map(({ id }) => `"${safe(id)}"`);
  const more = rules.length > names.length ? ` and ${rules.length - names.length} more` : "";
  return `drift windows of ${names.join(", ")}${more} are not closed by themselves, and alerts name the command: stage ${safe(stage)} has no backfills; deploy it with BUCKETSEAL_BACKFILL=on`;
}
