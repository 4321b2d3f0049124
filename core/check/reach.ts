import type { CompiledPolicy } from "#core/match/compile";
import type { CompiledMatch } from "#core/match/conditions";
import { coverAbove } from "#core/match/cover";
import type { PolicyFinding } from "./finding.ts";

/** Unreachable rules: an earlier rule surely matches all their buckets. */
export function checkReach(compiled: CompiledPolicy): PolicyFinding[] {
  const { rules } = compiled.policy;
  return rules.flatMap(({ id }, at): PolicyFinding[] => {
    const cover = rules[coverAbove(compiled, compiled.rules[at] as CompiledMatch, at)];
    if (cover === undefined) return [];
    const message = `unreachable: rule ${JSON.stringify(cover.id)} above already matches all of its buckets; move this rule up, or remove it`;
    return [{ severity: "warning", path: ["rules", at], rule: id, code: "unreachable", message }];
  });
}
