import type { Policy } from "#core/policy/policy";
import { buildIndex, type MatchIndex } from "./candidates.ts";
import { type CompiledMatch, compileMatch } from "./conditions.ts";

/**
 * A policy made ready for matching. Make it once per policy version; it is never written to
 * afterwards.
 */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** By place in the document, as are `exemptions` and `until`. */
  readonly rules: readonly CompiledMatch[];
  readonly ruleIndex: MatchIndex;
  readonly exemptions: readonly CompiledMatch[];
  readonly exemptionIndex: MatchIndex;
  /**
   * When each exemption ends, in milliseconds since the epoch: midnight UTC at the start of
   * `until`.
   */
  readonly until: readonly number[];
}

/** Compiles globs and builds the index; takes time in proportion to the size of the policy. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const rules = policy.rules.map(({ match }) => compileMatch(match));
  const exemptions = policy.exemptions.map(({ match }) => compileMatch(match));
  return {
    policy,
    rules,
    ruleIndex: buildIndex(rules),
    exemptions,
    exemptionIndex: buildIndex(exemptions),
    until: policy.exemptions.map(({ until }) => Date.parse(`${until}T00:00:00Z`)),
  };
}
