import { applicable } from "./applicable.ts";
import { compileGlob, globMatches } from "./glob.ts";
import { judge } from "./judge.ts";
import { chooseStrategy } from "./object-strategy.ts";
import type {
  ObjectDecision,
  ObjectDecisionFacts,
  ObjectFacts,
  ObjectPlan,
  WantedObjectEncryption,
} from "./object-types.ts";
import type { PlanBase } from "./plan.ts";
import type { Rule } from "./policy.ts";
import type { CompiledPolicy } from "./policy-index.ts";
import { safe } from "./safe.ts";
import { strengthOf } from "./strength.ts";
import type { Plan, Reason, Verdict } from "./types.ts";

/**
 * The judge of objects: the rule is the bucket's, what it declares for new objects is compared with what HeadObject says of this one.
 * Pure, total and lazy like `decide`: an object of a bucket that nobody looks after costs no call.
 */
export function decideObject(policy: CompiledPolicy, facts: ObjectDecisionFacts): ObjectDecision {
  const found = applicable(policy, facts);
  if (found.kind === "needs") return found;
  if (found.kind === "plan") return quiet(found.plan, found.plan.verdict, ...found.plan.reasons);
  const { rule } = found;
  const base: PlanBase = { ...found.base, mode: rule.objects?.onWrite ?? "off" };
  if (rule.objects === undefined || base.mode === "off") {
    return quiet(base, "unmanaged", { code: "objects-off", text: `rule ${rule.id} does not look after objects` });
  }
  const except = rule.objects.except.find((glob) => globMatches(compileGlob(glob), facts.object.key));
  if (except !== undefined) {
    return quiet(base, "exempt", { code: "key-excepted", text: `rule ${rule.id} excepts ${safe(except)}` });
  }
  if (facts.head === undefined) return { kind: "needs", needs: [{ fact: "head" }] };
  if (!facts.head.known) {
    const text = `the object could not be looked at: ${safe(facts.head.error.name)}`;
    return quiet(base, "unknown", { code: "unreadable", text });
  }
  if (facts.head.value === null) return quiet(base, "gone", { code: "object-gone", text: "the object is gone" });
  return judgeObject(policy, rule, facts, base, facts.head.value);
}

/** A rule as far as it speaks of objects. */
export type ObjectRule = Rule & { readonly objects: NonNullable<Rule["objects"]> };

// --- internal ---

function judgeObject(
  policy: CompiledPolicy,
  rule: Rule,
  facts: ObjectDecisionFacts,
  base: PlanBase,
  seen: ObjectFacts,
): ObjectDecision {
  const { algorithm, key, bucketKey } = seen.encryption;
  if (algorithm === "SSE-C") {
    const text = "the object is encrypted with a key that the customer provided (SSE-C), which nobody else can read";
    return {
      kind: "plan",
      plan: { ...planOf(base, seen), action: "hold", verdict: "violation", reasons: [{ code: "object-sse-c", text }] },
    };
  }
  const observed = {
    algorithm: algorithm === "none" ? "AES256" : algorithm,
    ...(key === undefined ? {} : { key }),
    bucketKey,
    sseC: "SSE-C",
  } as const;
  const { blockSseC: _, ...encryption } = rule.encryption;
  const decision = judge(policy.policy, { ...rule, encryption }, facts, base, observed);
  if (decision.kind === "needs") return decision;
  const judged = algorithm === "none" ? unencrypted(decision.plan, rule) : decision.plan;
  const plan: ObjectPlan = {
    ...planOf(base, seen),
    declaredKey: judged.declaredKey,
    verdict: judged.verdict,
    after: wantedOf(judged),
    reasons: judged.reasons,
  };
  if (judged.action !== "write" || plan.after === null) {
    return { kind: "plan", plan: { ...plan, action: judged.action === "none" ? "none" : "hold" } };
  }
  return { kind: "plan", plan: strategic(plan, plan.after, rule, facts, seen) };
}

function strategic(
  plan: ObjectPlan,
  after: WantedObjectEncryption,
  rule: Rule,
  facts: ObjectDecisionFacts,
  seen: ObjectFacts,
): ObjectPlan {
  const held = (reason: Reason): ObjectPlan => ({ ...plan, action: "hold", reasons: [...plan.reasons, reason] });
  const { maxBytes, copy } = { copy: false, ...rule.objects };
  if (maxBytes !== undefined && seen.size > maxBytes) {
    return held({
      code: "object-too-large",
      text: `${seen.size} bytes, more than the ${maxBytes} that rule ${rule.id} allows`,
    });
  }
  if (isWeaker(after, seen) && restsOnTags(rule)) {
    return held({
      code: "weaker-by-tags",
      text: "a tag of the bucket chose a weaker rule, and tags never weaken an object",
    });
  }
  const strategy = chooseStrategy(seen, after, { ref: facts.ref, now: facts.now, copy });
  return strategy.kind === "hold" ? held(strategy.reason) : { ...plan, action: strategy.kind };
}

function isWeaker(after: WantedObjectEncryption, seen: ObjectFacts): boolean {
  const { algorithm } = seen.encryption;
  return algorithm !== "none" && algorithm !== "SSE-C" && strengthOf(after.algorithm) < strengthOf(algorithm);
}

function restsOnTags({ match }: Rule): boolean {
  return match.tags !== undefined || match.except?.tags !== undefined;
}

/** Objects from before 2023 may not be encrypted at all, which is less than any rule declares. */
function unencrypted(plan: Plan, rule: Rule): Plan {
  const declared = rule.encryption.algorithm;
  if (declared === undefined || plan.action !== "none" || plan.verdict !== "compliant") return plan;
  const after = { algorithm: declared, bucketKey: false, sseC: "SSE-C" } as const;
  const reasons: Reason[] = [{ code: "algorithm-differs", text: `algorithm: none, declared ${declared}` }];
  return { ...plan, action: "write", verdict: "violation", after, reasons };
}

function wantedOf({ after }: Plan): WantedObjectEncryption | null {
  if (after === null) return null;
  const { algorithm, key, bucketKey } = after;
  return { algorithm, bucketKey, ...(key === undefined ? {} : { key }) };
}

function planOf(base: PlanBase, seen: ObjectFacts | null): ObjectPlan {
  return {
    action: "none",
    verdict: "unmanaged",
    rule: base.rule,
    exemption: base.exemption,
    mode: base.mode,
    before: seen?.encryption ?? null,
    after: null,
    declaredKey: null,
    seen,
    reasons: [],
  };
}

function quiet(base: PlanBase, verdict: Verdict, ...reasons: readonly Reason[]): ObjectDecision {
  return { kind: "plan", plan: { ...planOf(base, null), verdict, reasons } };
}
