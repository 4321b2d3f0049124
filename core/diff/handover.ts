import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { CompiledMatch } from "#core/match/conditions";
import { coverAbove } from "#core/match/cover";
import { matchCovers, matchesMeet } from "#core/match/relations";
import type { Policy, Rule } from "#core/policy/policy";
import { sameFields } from "./fields.ts";

/** A rule with its index. */
export interface RuleEntry {
  readonly rule: Rule;
  readonly match: CompiledMatch;
  readonly at: number;
}

/** A policy with its rules by id, in document order. */
export interface Side {
  readonly compiled: CompiledPolicy;
  readonly entries: ReadonlyMap<string, RuleEntry>;
}

export function sideOf(policy: Policy): Side {
  const compiled = compilePolicy(policy);
  const entries = policy.rules.map((rule, at): [string, RuleEntry] => {
    return [rule.id, { rule, match: compiled.rules[at] as CompiledMatch, at }];
  });
  return { compiled, entries: new Map(entries) };
}

/**
 * The rules of the other policy that match a rule's buckets there, ending with `null` (no rule)
 * unless one of them surely matches all. Rules that precede it at home and match the same in both
 * are omitted: their buckets are not the rule's either way.
 * @param home the policy that the rule belongs to
 */
export function handover({ rule, match, at }: RuleEntry, home: Side, other: Side): (Rule | null)[] {
  if (coverAbove(home.compiled, match, at) !== -1) return [];
  const found: Rule[] = [];
  for (const candidate of other.entries.values()) {
    if (candidate.rule.id === rule.id || !matchesMeet(match, candidate.match)) continue;
    const same = home.entries.get(candidate.rule.id);
    if (same !== undefined && same.at < at && sameFields(same.rule.match, candidate.rule.match)) continue;
    found.push(candidate.rule);
    if (matchCovers(candidate.match, match)) return found;
  }
  return [...found, null];
}
