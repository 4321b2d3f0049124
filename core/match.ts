import { lacksTags, type MatchFacts, needsOus, needsTags, no, type Told, tellMatch, yes } from "./match-told.ts";
import type { Exemption, Rule } from "./policy.ts";
import type { CompiledPolicy } from "./policy-index.ts";
import type { BucketRef, FactError, Need } from "./types.ts";

export type MatchResult =
  | { readonly kind: "needs"; readonly needs: readonly Need[] }
  /** Whether `rule` (or the exemption of that id) matches cannot be told: the fact could not be read. */
  | { readonly kind: "unknown"; readonly rule: string; readonly fact: "tags" | "ous"; readonly error: FactError }
  | { readonly kind: "rule"; readonly rule: Rule; readonly exemption: Exemption | null }
  | { readonly kind: "none" };

/**
 * Finds the rule for a bucket: the first that matches, in document order. A fact is asked for only where a rule that could match
 * is reached before one that surely does, and one at a time: the organizational units of an account are known for all its
 * buckets, so they come first. Exemptions count only where a rule matched, and one that surely holds outweighs any that
 * cannot be told.
 */
export function matchBucket(compiled: CompiledPolicy, facts: MatchFacts): MatchResult {
  const { rules, exemptions } = compiled.policy;
  for (const [at, match] of compiled.rules.entries()) {
    const told = tellMatch(match, facts);
    const rule = rules[at] as Rule;
    if (told === no) continue;
    if (told !== yes) return untold(rule.id, told, facts);
    return exempted(compiled, exemptions, rule, facts);
  }
  return { kind: "none" };
}

/** Whether a tag could decide for this bucket: whether some rule or exemption that it may come to asks for tags. */
export function couldNeedTags(compiled: CompiledPolicy, ref: BucketRef): boolean {
  const facts: MatchFacts = { ref, now: 0 };
  let reachable = false;
  for (const match of compiled.rules) {
    const told = tellMatch(match, facts);
    if ((told & needsTags) !== 0) return true;
    reachable ||= told !== no;
    if (told === yes) break;
  }
  return reachable && compiled.exemptions.some((match) => (tellMatch(match, facts) & needsTags) !== 0);
}

// --- internal ---

function exempted(
  compiled: CompiledPolicy,
  exemptions: readonly Exemption[],
  rule: Rule,
  facts: MatchFacts,
): MatchResult {
  let doubt: MatchResult | null = null;
  for (const [at, match] of compiled.exemptions.entries()) {
    if (facts.now >= (compiled.until[at] as number)) continue;
    const told = tellMatch(match, facts);
    const exemption = exemptions[at] as Exemption;
    if (told === yes) return { kind: "rule", rule, exemption };
    if (told !== no) doubt ??= untold(exemption.id, told, facts);
  }
  return doubt ?? { kind: "rule", rule, exemption: null };
}

function untold(rule: string, told: Told, facts: MatchFacts): MatchResult {
  if ((told & needsOus) !== 0) return { kind: "needs", needs: [{ fact: "ous" }] };
  if ((told & needsTags) !== 0) return { kind: "needs", needs: [{ fact: "tags" }] };
  const fact = (told & lacksTags) !== 0 ? "tags" : "ous";
  return { kind: "unknown", rule, fact, error: (facts[fact] as { readonly error: FactError }).error };
}
