/** Which rule or exemption of a policy applies to a bucket, and why. */

import type { FactError } from "#core/fact";
import type { BucketRef } from "#core/names";
import type { Exemption, Rule } from "#core/policy/policy";
import { eachCandidate } from "./candidates.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { CompiledMatch } from "./conditions.ts";
import {
  type Holds,
  lacksAccountTags,
  lacksTags,
  type MatchFacts,
  type MatchNeed,
  matchHolds,
  needsAccountTags,
  needsOus,
  needsTags,
  no,
  yes,
} from "./holds.ts";

export type MatchResult =
  | { readonly kind: "needs"; readonly needs: readonly MatchNeed[] }
  /**
   * Whether `rule` (or the exemption of that id) matches is unknown: the fact could not be read.
   */
  | {
      readonly kind: "unknown";
      readonly rule: string;
      readonly fact: MatchNeed["fact"];
      readonly error: FactError;
    }
  | { readonly kind: "rule"; readonly rule: Rule; readonly exemption: Exemption | null }
  | { readonly kind: "none" };

/**
 * Finds the rule for a bucket: the first that matches, in document order. A fact is requested only
 * if a rule that could match precedes every one that surely does, and one at a time: an account's
 * organizational units and tags serve all its buckets, so they come first. Exemptions count only if
 * a rule matched, and one that surely holds outweighs any undetermined one.
 */
export function matchBucket(compiled: CompiledPolicy, facts: MatchFacts): MatchResult {
  let result: MatchResult = { kind: "none" };
  eachCandidate(compiled.ruleIndex, facts, (at) => {
    const holds = matchHolds(compiled.rules[at] as CompiledMatch, facts);
    if (holds === no) return false;
    const rule = compiled.policy.rules[at] as Rule;
    result = holds === yes ? exempted(compiled, rule, facts) : undecided(rule.id, holds, facts);
    return true;
  });
  return result;
}

/**
 * Whether a tag could decide for this bucket: some rule or exemption that may match it has a tag
 * condition.
 */
export function couldNeedTags(compiled: CompiledPolicy, ref: BucketRef): boolean {
  const facts: MatchFacts = { ref, now: 0 };
  let asked = false;
  let reachable = false;
  eachCandidate(compiled.ruleIndex, facts, (at) => {
    const holds = matchHolds(compiled.rules[at] as CompiledMatch, facts);
    asked = (holds & needsTags) !== 0;
    reachable ||= holds !== no;
    return asked || holds === yes;
  });
  if (asked || !reachable) return asked;
  eachCandidate(compiled.exemptionIndex, facts, (at) => {
    asked = (matchHolds(compiled.exemptions[at] as CompiledMatch, facts) & needsTags) !== 0;
    return asked;
  });
  return asked;
}

/**
 * Whether a write could be made to this bucket: some rule that may match it enforces.
 */
export function couldEnforce(compiled: CompiledPolicy, ref: BucketRef): boolean {
  const facts: MatchFacts = { ref, now: 0 };
  let enforced = false;
  eachCandidate(compiled.ruleIndex, facts, (at) => {
    const holds = matchHolds(compiled.rules[at] as CompiledMatch, facts);
    enforced = holds !== no && compiled.policy.rules[at]?.mode === "enforce";
    return enforced || holds === yes;
  });
  return enforced;
}

// --- internal ---

function exempted(compiled: CompiledPolicy, rule: Rule, facts: MatchFacts): MatchResult {
  if (compiled.exemptions.length === 0) return { kind: "rule", rule, exemption: null };
  let sure: MatchResult | null = null;
  let doubt: MatchResult | null = null;
  eachCandidate(compiled.exemptionIndex, facts, (at) => {
    if (facts.now >= (compiled.until[at] as number)) return false;
    const holds = matchHolds(compiled.exemptions[at] as CompiledMatch, facts);
    const exemption = compiled.policy.exemptions[at] as Exemption;
    if (holds === yes) sure = { kind: "rule", rule, exemption };
    else if (holds !== no) doubt ??= undecided(exemption.id, holds, facts);
    return holds === yes;
  });
  return sure ?? doubt ?? { kind: "rule", rule, exemption: null };
}

function undecided(rule: string, holds: Holds, facts: MatchFacts): MatchResult {
  if ((holds & needsOus) !== 0) return { kind: "needs", needs: [{ fact: "ous" }] };
  if ((holds & needsAccountTags) !== 0) return { kind: "needs", needs: [{ fact: "accountTags" }] };
  if ((holds & needsTags) !== 0) return { kind: "needs", needs: [{ fact: "tags" }] };
  const fact = (holds & lacksTags) !== 0 ? "tags" : (holds & lacksAccountTags) !== 0 ? "accountTags" : "ous";
  return { kind: "unknown", rule, fact, error: (facts[fact] as { readonly error: FactError }).error };
}
