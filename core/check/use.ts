import type { CompiledPolicy } from "#core/match/compile";
import type { CompiledMatch } from "#core/match/conditions";
import { matchesMeet } from "#core/match/relations";
import type { PolicyFinding } from "./finding.ts";

/**
 * Parts of the policy without effect: exemptions that have expired or match no rule's buckets, and
 * keys that no rule uses.
 */
export function checkUse(compiled: CompiledPolicy, now: number): PolicyFinding[] {
  const { rules, exemptions, keys } = compiled.policy;
  const used = new Set(rules.map((rule) => rule.encryption.key));
  const ended = exemptions.flatMap(({ id, until }, at): PolicyFinding[] => {
    if (now < (compiled.until[at] as number)) return [];
    const message = `the exemption expired at the start of ${until} (UTC) and is ignored; remove it, or set a new date`;
    return [{ severity: "warning", path: ["exemptions", at, "until"], rule: id, code: "expired", message }];
  });
  const idle = exemptions.flatMap(({ id }, at): PolicyFinding[] => {
    const own = compiled.exemptions[at] as CompiledMatch;
    // From the end, where the broadest rules are.
    if (compiled.rules.findLast((match) => matchesMeet(match, own)) !== undefined) return [];
    const message = "the exemption only matches buckets that no rule matches; fix its match, or remove it";
    return [{ severity: "warning", path: ["exemptions", at, "match"], rule: id, code: "exempts-nothing", message }];
  });
  const unused = Object.keys(keys).flatMap((name): PolicyFinding[] => {
    if (used.has(name)) return [];
    const message = `no rule uses the key ${JSON.stringify(name)}; remove it or use it`;
    return [{ severity: "warning", path: ["keys", name], rule: null, code: "unused-key", message }];
  });
  return [...ended, ...idle, ...unused];
}
