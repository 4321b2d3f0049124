import { type CompiledMatch, compileMatch } from "./match-conditions.ts";
import type { Match, Policy } from "./policy.ts";

/** A policy made ready for matching. Make it once per policy version; it is never written to afterwards. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly rules: readonly CompiledMatch[];
  readonly exemptions: readonly CompiledMatch[];
  /** When each exemption ends, in milliseconds since the epoch: midnight UTC at the start of `until`. */
  readonly until: readonly number[];
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  return {
    policy,
    rules: policy.rules.map((rule) => compileMatch(rule.match)),
    exemptions: policy.exemptions.map((exemption) => compileMatch(exemption.match as Match)),
    until: policy.exemptions.map((exemption) => Date.parse(`${exemption.until}T00:00:00Z`)),
  };
}
