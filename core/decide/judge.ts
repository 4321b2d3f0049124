import { type Finding, findingsAbout } from "#core/decide/compare/finding";
import { missingKey } from "#core/key/declared";
import type { KeyNeed } from "#core/key/lookup";
import type { MovedAlias } from "#core/key/named";
import { keyArnOf } from "#core/key/template";
import type { Policy, Rule } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Needs } from "./ask.ts";
import { keyEvidence, type Observed } from "./evidence.ts";
import type { Facts } from "./facts.ts";
import { hold, nothing, type PlanBase, type Planned, planFor } from "./plan.ts";
import { want } from "./want.ts";

/**
 * Compares a bucket with the rule that applies to it, attribute by attribute, and only what the
 * rule declares.
 */
export function judge(
  policy: Policy,
  rule: Rule,
  facts: Facts,
  base: PlanBase,
  observed: Observed,
): Needs<KeyNeed> | Planned {
  const { key } = rule.encryption;
  const declaredKey = key === undefined ? null : keyArnOf(policy, key, facts.ref);
  const plan: PlanBase = { ...base, declaredKey };
  const evidence = keyEvidence(policy, rule, facts, observed, declaredKey);
  if (evidence.kind === "needs") return evidence;
  if (evidence.kind === "missing") {
    return hold(plan, null, [missingKey(`${declaredKey}`, facts.ref)]);
  }
  const moved = evidence.moved.map(movedFinding);
  if (evidence.kind === "unreadable") {
    const text = `${safe(evidence.what)} could not be read: ${safe(evidence.error.name)}`;
    const reasons = [...moved.map((each) => each.reason), { code: "unreadable", text } as const];
    return moved.length > 0 ? hold(plan, null, reasons) : nothing(plan, "unknown", ...reasons);
  }
  const { after, findings } = want(rule, observed, evidence);
  return planFor(plan, after, [...moved, ...findings]);
}

// --- internal ---

const finding = findingsAbout("key");

function movedFinding({ alias, from, to }: MovedAlias): Finding {
  const text = `the alias ${alias} is pinned to ${from} but now names ${to}; if this is intended, run bucketseal policy accept-key ${alias}`;
  return finding("held", "alias-moved", text);
}
