import { applicable } from "#core/decide/applicable";
import type { Observed } from "#core/decide/evidence";
import { judge } from "#core/decide/judge";
import { chooseStrategy } from "#core/decide/object/strategy/choose";
import type { Plan, PlanBase } from "#core/decide/plan";
import type { Algorithm, ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import { isAlgorithm, strengthOf } from "#core/encryption";
import type { CompiledPolicy } from "#core/match/compile";
import type { Rule } from "#core/policy/policy";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectDecisionFacts, ObjectFacts } from "./facts.ts";
import type { ObjectDecision, ObjectPlan } from "./plan.ts";
import { objectPlanOf } from "./plan.ts";

/**
 * Compares an object with the rule that applies to it, as if it were a bucket's default encryption,
 * and chooses how to repair a difference.
 */
export function judgeObject(
  policy: CompiledPolicy,
  rule: Rule,
  facts: ObjectDecisionFacts,
  base: PlanBase,
  seen: ObjectFacts,
): ObjectDecision {
  const { algorithm } = seen.encryption;
  const seenPlan = objectPlanOf(base, seen);
  if (algorithm === "SSE-C") {
    const text = "the object is encrypted with a customer-provided key (SSE-C), so no one else can read it";
    return planned({ ...seenPlan, action: "hold", verdict: "violation", reasons: [{ code: "object-sse-c", text }] });
  }
  if (algorithm !== "none" && !isAlgorithm(algorithm)) {
    const text = `algorithm: ${safe(algorithm)}, which an AWS service manages and Bucketseal does not touch`;
    return planned({ ...seenPlan, verdict: "unknown", reasons: [{ code: "service-managed", text }] });
  }
  if (rule.encryption.algorithm === undefined) return planned({ ...seenPlan, verdict: "compliant" });
  const decision = judge(policy.policy, aboutObjects(rule), facts, base, asBucket(seen.encryption), true);
  if (decision.kind === "needs") return decision;
  const judged = algorithm === "none" ? unencrypted(decision.plan, rule.encryption.algorithm) : decision.plan;
  const after = wantedOf(judged);
  const plan = {
    ...seenPlan,
    declaredKey: judged.declaredKey,
    verdict: judged.verdict,
    after,
    reasons: judged.reasons,
  };
  if (judged.action === "none") return planned(plan);
  if (judged.action === "hold" || after === null) return planned({ ...plan, action: "hold" });
  return planned(strategic(policy, plan, after, rule, facts, seen));
}

// --- internal ---

function strategic(
  policy: CompiledPolicy,
  plan: ObjectPlan,
  after: WantedObjectEncryption,
  rule: Rule,
  facts: ObjectDecisionFacts,
  seen: ObjectFacts,
): ObjectPlan {
  const held = (reason: Reason): ObjectPlan => ({ ...plan, action: "hold", reasons: [...plan.reasons, reason] });
  const { maxBytes, copy, copyLarge = false } = { copy: false, ...rule.objects };
  if (maxBytes !== undefined && seen.size > maxBytes) {
    const text = `${seen.size} bytes, more than the ${maxBytes} that rule ${rule.id} allows`;
    return held({ code: "object-too-large", text });
  }
  if (isWeaker(after, seen) && restsOnTags(policy, facts)) {
    const text = "which rule applies depends on the bucket's tags, and tags never weaken an object";
    return held({ code: "weaker-by-tags", text });
  }
  const { ref, now, mostBytes } = facts;
  const strategy = chooseStrategy(seen, after, { ref, now, copy, copyLarge, mostBytes });
  if (strategy.kind !== "hold") return { ...plan, action: strategy.kind };
  return { ...held(strategy.reason), ...(strategy.transient ? { transient: true } : {}) };
}

/**
 * The rule without `blockSseC`, which is about the bucket; an object under SSE-C never gets here.
 */
function aboutObjects(rule: Rule): Rule {
  const { blockSseC: _, ...encryption } = rule.encryption;
  return { ...rule, encryption };
}

/** An object's encryption as a bucket's; an unencrypted one counts as the weakest. */
function asBucket({ algorithm, key, bucketKey }: ObjectEncryption): Observed {
  return {
    algorithm: algorithm === "none" || algorithm === "SSE-C" ? "AES256" : algorithm,
    ...(key === undefined ? {} : { key }),
    bucketKey,
    sseC: "SSE-C",
  };
}

function isWeaker(after: WantedObjectEncryption, { encryption: { algorithm } }: ObjectFacts): boolean {
  return isAlgorithm(algorithm) && strengthOf(after.algorithm) < strengthOf(algorithm);
}

/** Whether tags decided the rule: a tag that is present, or one that an earlier rule requires. */
function restsOnTags(policy: CompiledPolicy, facts: ObjectDecisionFacts): boolean {
  const { tags: _, ...untagged } = facts;
  return applicable(policy, untagged).kind === "needs";
}

/** Objects from before 2023 may be unencrypted, which is less than any rule declares. */
function unencrypted(plan: Plan, declared: Algorithm): Plan {
  if (plan.verdict === "unknown" || plan.action === "hold") return plan;
  const after = plan.after ?? ({ algorithm: declared, bucketKey: false, sseC: "SSE-C" } as const);
  const reasons: Reason[] = [{ code: "algorithm-differs", text: `algorithm: none, declared ${declared}` }];
  return { ...plan, action: "write", verdict: "violation", after, differs: ["algorithm"], reasons };
}

function wantedOf({ after }: Plan): WantedObjectEncryption | null {
  if (after === null) return null;
  const { algorithm, key, bucketKey } = after;
  return { algorithm, bucketKey, ...(key === undefined ? {} : { key }) };
}

function planned(plan: ObjectPlan): ObjectDecision {
  return { kind: "plan", plan };
}
