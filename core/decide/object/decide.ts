/** Deciding about objects: judging one like a bucket, and choosing how to re-encrypt it. */

import { applicableRule, isDirectoryBucket } from "#core/decide/applicable";
import type { PlanBase } from "#core/decide/plan";
import type { CompiledPolicy } from "#core/match/compile";
import type { Verdict } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectDecisionFacts } from "./facts.ts";
import { judgeObject } from "./judge.ts";
import type { ObjectDecision } from "./plan.ts";
import { heldUnseen, objectPlanOf } from "./plan.ts";
import { refusedLook } from "./refused-look.ts";
import { exceptedBy, leftOut, objectScope } from "./scope.ts";

/**
 * Decides about an object: what the bucket's rule declares for new objects is compared with what
 * HeadObject returns. Pure, total and lazy like `decide`: an object of an unmanaged bucket, or one
 * whose rule declares nothing about objects, costs no call.
 */
export function decideObject(policy: CompiledPolicy, facts: ObjectDecisionFacts): ObjectDecision {
  const found = applicableRule(policy, facts);
  if (found.kind === "needs") return found;
  if (found.kind === "plan") return quiet(found.plan, found.plan.verdict, ...found.plan.reasons);
  const { rule } = found;
  const scope = objectScope(rule, facts.atRest === true);
  const base: PlanBase = { ...found.base, mode: scope.mode };
  if (scope.kind === "out") return quiet(base, "unmanaged", scope.reason);
  if (isDirectoryBucket(facts.ref)) {
    const text = "a directory bucket, whose objects Bucketseal does not touch";
    return { kind: "plan", plan: heldUnseen(base, { code: "directory-bucket", text }) };
  }
  if (facts.sources !== undefined && !facts.sources.includes(scope.objects.source)) {
    const text = `rule ${rule.id} uses ${scope.objects.source} as its source`;
    return quiet(base, "unmanaged", { code: "other-source", text });
  }
  const except = exceptedBy(scope.objects, facts.object.key);
  if (except !== undefined) {
    return quiet(base, "exempt", { code: "key-excepted", text: `rule ${rule.id} excludes ${safe(except)}` });
  }
  if (facts.head === undefined) return { kind: "needs", needs: [{ fact: "head" }] };
  if (!facts.head.known) return refusedLook(facts, base, facts.head.error);
  if (facts.head.value === null) return quiet(base, "gone", { code: "object-gone", text: "the object is gone" });
  const why = facts.atRest === true ? leftOut(scope.objects, facts.head.value, facts.now) : null;
  if (why !== null) {
    const text = `rule ${rule.id} leaves this version out: ${why}`;
    return quiet(base, "exempt", { code: "version-left-out", text });
  }
  return judgeObject(policy, rule, facts, base, facts.head.value);
}

// --- internal ---

function quiet(base: PlanBase, verdict: Verdict, ...reasons: readonly Reason[]): ObjectDecision {
  return { kind: "plan", plan: { ...objectPlanOf(base, null), verdict, reasons } };
}
