import type { Policy } from "#core/policy/policy";
import { buildIndex, type MatchIndex } from "./candidates.ts";
import { type CompiledMatch, compileMatch } from "./conditions.ts";

/** A policy compiled for matching. Compile it once per version; it is immutable. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** By index in the document, like `exemptions` and `until`. */
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

/** Compiles the globs and builds the index, in time linear in the size of the policy. */
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
