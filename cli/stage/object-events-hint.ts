import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { firstRules } from "../terminal/first-rules.ts";

/**
 * What to say of a policy whose rules look after objects where the stage was deployed without the
 * events about them; `null`: nothing.
 */
export function objectEventsHint(policy: Policy, { stage, objects }: Deployment): string | null {
  if (objects === "on") return null;
  const rules = policy.rules.filter((rule) => rule.objects !== undefined && rule.objects.onWrite !== "off");
  const names = firstRules(rules);
  if (names === null) return null;
  return `objects of ${names} are not looked at: stage ${safe(stage)} brings no events about objects; deploy it with BUCKETSEAL_OBJECTS=on`;
}
