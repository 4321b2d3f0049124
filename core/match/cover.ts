import { eachCandidate } from "./candidates.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { CompiledMatch, GlobList } from "./conditions.ts";
import { matchCovers } from "./relations.ts";

/**
 * The first rule before index `before` that surely matches every bucket of `match`; -1 if there is
 * none. Such a rule also fits any single name of `match`, so the index is queried with one, which
 * leaves few rules to compare.
 */
export function coverAbove({ rules, ruleIndex }: CompiledPolicy, match: CompiledMatch, before: number): number {
  const ref = { partition: "", account: sample(match.accounts), region: "", bucket: sample(match.buckets) };
  let found = -1;
  eachCandidate(ruleIndex, { ref, now: 0 }, (at) => {
    if (at >= before) return true;
    if (matchCovers(rules[at] as CompiledMatch, match)) found = at;
    return found !== -1;
  });
  return found;
}

// --- internal ---

/**
 * A text with the prefix and suffix that a covering glob must match. If the list matches
 * everything, only a rule that does so too can cover it, and any text will do.
 */
function sample(list: GlobList | null): string {
  const ends = list?.patterns.map(({ head, tail }) => head + tail) ?? [];
  return [...(list?.literals ?? []), ...ends, ""][0] as string;
}
