/** Static checks: what is wrong with a policy, without looking at any bucket. */

import { compilePolicy } from "#core/match/compile";
import type { Policy } from "#core/policy/policy";
import { checkAccept, type NamedHazard } from "./accept.ts";
import type { PolicyFinding } from "./finding.ts";
import { checkReach } from "./reach.ts";
import { checkTagNames } from "./tag-names.ts";
import { checkTagTrust } from "./tag-trust.ts";
import { checkUse } from "./use.ts";

/**
 * Checks what a policy means, not its syntax. A policy with an error cannot be pushed.
 * @param now milliseconds since the epoch, for expired exemptions
 * @param hazards every hazard that can hold a write back
 */
export function checkPolicy(policy: Policy, now: number, hazards: readonly NamedHazard[]): PolicyFinding[] {
  const compiled = compilePolicy(policy);
  return [
    ...checkTagNames(policy),
    ...checkTagTrust(compiled),
    ...checkReach(compiled),
    ...checkUse(compiled, now),
    ...checkAccept(policy, hazards),
  ];
}
