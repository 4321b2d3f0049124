import type { CompiledPolicy } from "#core/match/compile";
import type { CompiledConditions, CompiledMatch } from "#core/match/conditions";
import { matchCovers, matchesMeet } from "#core/match/relations";
import type { Rule } from "#core/policy/policy";
import { compareByField } from "#core/policy/strength";
import type { PolicyFinding } from "./finding.ts";

/**
 * Tags are set by the people we watch. A tag must not bring about weaker encryption than the bucket
 * would get without it, unless `trustTags` says that this is intended. A rule that is strong by tag
 * is fine, although removing the tag weakens: everyone gets that from the policy.
 */
export function checkTagTrust(compiled: CompiledPolicy): PolicyFinding[] {
  const { policy } = compiled;
  const weaker = weakerFields(policy.rules);
  const rules = policy.rules.flatMap((rule, at) => {
    if (rule.trustTags) return [];
    const found: PolicyFinding[] = [];
    if (rule.match.tags !== undefined) found.push(...tagged(compiled, rule, at, weaker));
    if (rule.match.except?.tags !== undefined && rule.mode !== "off")
      found.push(...excepted(compiled, rule, at, weaker));
    return found;
  });
  const exemptions = policy.exemptions.flatMap(({ id, match, trustTags }, at): PolicyFinding[] => {
    if (match.tags === undefined || trustTags) return [];
    const message =
      "the exemption matches on tags, so anyone who may tag a bucket can exempt it; name the buckets, or set `trustTags: true`";
    return [{ severity: "error", path: ["exemptions", at, "match", "tags"], rule: id, code: "tag-trust", message }];
  });
  return [...rules, ...exemptions];
}

// --- internal ---

/** The fields in which the rule at `a` is weaker than the rule at `b`; empty if none. */
type WeakerFields = (a: number, b: number) => string;

/**
 * With the tag a bucket gets this rule, without it one of those below, none of which may be
 * stronger.
 */
function tagged({ policy, rules }: CompiledPolicy, rule: Rule, at: number, weaker: WeakerFields): PolicyFinding[] {
  const own = rules[at] as CompiledMatch;
  for (let below = at + 1; below < rules.length; below++) {
    const match = rules[below] as CompiledMatch;
    const fields = weaker(at, below);
    if (fields !== "" && matchesMeet(own, match)) {
      const message = `the rule matches on tags and is weaker than rule ${named(policy.rules[below])} in ${fields}, so anyone who may tag a bucket can weaken its encryption; move the rule below, make it as strong, or set \`trustTags: true\``;
      return [{ severity: "error", path: ["rules", at, "match", "tags"], rule: rule.id, code: "tag-trust", message }];
    }
    if (matchCovers(match, own)) break;
  }
  return [];
}

/**
 * With the tag a bucket falls through to the rules below: one must surely match it, and none may be
 * weaker.
 */
function excepted({ policy, rules }: CompiledPolicy, rule: Rule, at: number, weaker: WeakerFields): PolicyFinding[] {
  const { except, ...rest } = rules[at] as CompiledMatch;
  const own = { ...rest, except: null };
  const left = { ...(except as CompiledConditions), except: null };
  const path = ["rules", at, "match", "except", "tags"];
  for (let below = at + 1; below < rules.length; below++) {
    const match = rules[below] as CompiledMatch;
    const fields = weaker(below, at);
    if (fields !== "" && matchesMeet(own, match) && matchesMeet(left, match)) {
      const message = `a tag excludes buckets from the rule, and rule ${named(policy.rules[below])} below is weaker in ${fields}, so anyone who may tag a bucket can weaken its encryption; make that rule as strong, or set \`trustTags: true\``;
      return [{ severity: "error", path, rule: rule.id, code: "tag-trust", message }];
    }
    if (matchCovers(match, own) || matchCovers(match, left)) return [];
  }
  const message =
    "a tag excludes buckets from the rule, and no rule below is certain to match them, so anyone who may tag a bucket can leave it unmanaged; add such a rule, or set `trustTags: true`";
  return [{ severity: "error", path, rule: rule.id, code: "tag-trust", message }];
}

function named(rule: Rule | undefined): string {
  return JSON.stringify(rule?.id);
}

/** Large policies repeat few declarations, so each pair is compared once. */
function weakerFields(rules: readonly Rule[]): WeakerFields {
  const kinds = new Map<string, number>();
  const kindOf = rules.map(({ mode, encryption, stronger, objects }) => {
    const declared = JSON.stringify([mode, encryption, stronger, objects]);
    const kind = kinds.get(declared) ?? kinds.size;
    kinds.set(declared, kind);
    return kind;
  });
  const compared = new Map<number, string>();
  return (a, b) => {
    const pair = (kindOf[a] as number) * rules.length + (kindOf[b] as number);
    const known = compared.get(pair) ?? compare(rules[a] as Rule, rules[b] as Rule);
    compared.set(pair, known);
    return known;
  };
}

function compare(a: Rule, b: Rule): string {
  const weaker = compareByField(a, b).filter(({ strength }) => strength === "weaker" || strength === "mixed");
  return weaker.map(({ field }) => `\`${field}\``).join(", ");
}
