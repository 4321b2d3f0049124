import { compareAlgorithm } from "#core/decide/compare/algorithm";
import { type Finding, findingsAbout } from "#core/decide/compare/finding";
import { compareSseC } from "#core/decide/compare/sse-c";
import { type Algorithm, strengthOf } from "#core/encryption";
import { missingKey } from "#core/key/declared";
import type { KeyNeed } from "#core/key/lookup";
import type { MovedAlias } from "#core/key/named";
import { keyArnOf } from "#core/key/template";
import type { BucketRef } from "#core/names";
import type { Policy, Rule } from "#core/policy/policy";
import { acceptKeyWords } from "#core/reason/accept-key";
import type { Reason } from "#core/reason/reason";
import type { Needs } from "./ask.ts";
import { blockingSseC } from "./block-sse-c.ts";
import { keyEvidence, type Observed, unreadText } from "./evidence.ts";
import type { Facts } from "./facts.ts";
import { hold, nothing, type PlanBase, type Planned, planFor } from "./plan.ts";
import { want } from "./want.ts";

/**
 * Compares a bucket with the rule that applies to it, attribute by attribute, and only what the
 * rule declares.
 *
 * @param isWhole - whether a stronger attribute holds the others back: an object is re-encrypted as
 *   one, a bucket's configuration attribute by attribute
 */
export function judge(
  policy: Policy,
  rule: Rule,
  facts: Facts,
  base: PlanBase,
  observed: Observed,
  isWhole = false,
): Needs<KeyNeed> | Planned {
  const { key } = rule.encryption;
  const declaredKey = key === undefined ? null : keyArnOf(policy, key, facts.ref);
  const plan: PlanBase = { ...base, declaredKey };
  const evidence = keyEvidence(policy, rule, facts, observed, declaredKey);
  if (evidence.kind === "needs") return evidence;
  if (evidence.kind === "missing") {
    const reasons = [...evident(rule, observed, isWhole), missingKey(`${declaredKey}`, facts.ref)];
    return besides(rule, plan, hold(plan, null, reasons));
  }
  if (evidence.kind === "unreadable") {
    return besides(rule, plan, nothing(plan, "unknown", { code: "unreadable", text: unreadText(evidence) }));
  }
  const moved = evidence.moved.map((alias) => movedFinding(alias, facts.ref));
  const { findings, ...wanted } = want(rule, observed, evidence);
  const planned = planFor(plan, wanted, [...moved, ...findings], isWhole);
  return moved.length > 0 ? besides(rule, plan, planned) : planned;
}

// --- internal ---

const finding = findingsAbout("key");

/**
 * What differs whatever the declared key turns out to be: an algorithm weaker than declared. A rule
 * that declares a key declares an algorithm.
 */
function evident({ encryption, stronger }: Rule, { algorithm }: Observed, isWhole: boolean): Reason[] {
  const declared = encryption.algorithm as Algorithm;
  if (isWhole || strengthOf(algorithm) >= strengthOf(declared)) return [];
  return compareAlgorithm(declared, algorithm, stronger, true).findings.map(({ reason }) => reason);
}

/** Blocks SSE-C, where the rule does and the bucket does not, beside a declared key in question. */
function besides(rule: Rule, base: PlanBase, held: Planned): Planned {
  const { blockSseC } = rule.encryption;
  if (blockSseC !== true || base.before === null) return held;
  const { findings } = compareSseC(blockSseC, base.before.sseC, rule.stronger, true);
  const reasons = [...findings.map((each) => each.reason), ...held.plan.reasons];
  const plan = blockingSseC(base, reasons);
  return plan === null ? held : { kind: "plan", plan };
}

function movedFinding({ alias, from, to }: MovedAlias, ref: BucketRef): Finding {
  const accept = acceptKeyWords(ref, alias);
  const text = `the alias ${alias} is pinned to ${from} but now names ${to}; if this is intended, run ${accept}`;
  return finding("held", "alias-moved", text);
}
