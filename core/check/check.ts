/** What is wrong with a policy, found without looking at any bucket. */

import { compilePolicy } from "#core/match/compile";
import type { Policy } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";
import { checkReach } from "./reach.ts";
import { checkTagTrust } from "./tag-trust.ts";
import { checkUse } from "./use.ts";

/**
 * The checks that rest on what a policy means, not on how it is written. An error makes the policy
 * unfit to be pushed.
 * @param now milliseconds since the epoch, for exemptions that have ended
 */
export function checkPolicy(policy: Policy, now: number): PolicyFinding[] {
  const compiled = compilePolicy(policy);
  return [...checkTagTrust(compiled), ...checkReach(compiled), ...checkUse(compiled, now)];
}
