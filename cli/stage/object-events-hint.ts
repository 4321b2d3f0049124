import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";

/**
 * What to say of a policy whose rules look after objects where the stage was deployed without the
 * events about them; `null`: nothing.
 */
export function objectEventsHint(policy: Policy, { stage, objects }: Deployment): string | null {
  if (objects === "on") return null;
  const rules = policy.rules.filter((rule) => rule.objects !== undefined && rule.objects.onWrite !== "off");
  if (rules.length === 0) return null;
  const names = rules.slice(0, 3).map(({ id }) => `"${id}"`);
  const more = rules.length > names.length ? ` and ${rules.length - names.length} more` : "";
  return `objects of ${names.join(", ")}${more} are not looked at: stage ${safe(stage)} brings no events about objects; deploy it with BUCKETSEAL_OBJECTS=on`;
}
