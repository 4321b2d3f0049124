import { eachCandidate } from "./candidates.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { CompiledMatch, GlobList } from "./conditions.ts";
import { matchCovers } from "./relations.ts";

/**
 * The first rule above place `before` that surely matches every bucket of `match`; -1 for none. A
 * rule that does must also fit any one name of it, so the index is asked about one, and few rules
 * are left to be compared.
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
 * A text with both ends that a glob covering the list must have. Where the list matches everything,
 * only a rule that does so too can cover it, and that needs no text.
 */
function sample(list: GlobList | null): string {
  const ends = list?.patterns.map(({ head, tail }) => head + tail) ?? [];
  return [...(list?.literals ?? []), ...ends, ""][0] as string;
}
