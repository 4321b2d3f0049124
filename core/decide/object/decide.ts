/** The judge of objects, in the terms of a bucket, and the choice of how to re-encrypt one. */

import { applicableRule, isDirectoryBucket } from "#core/decide/applicable";
import type { PlanBase } from "#core/decide/plan";
import type { CompiledPolicy } from "#core/match/compile";
import { compileGlob, globMatches } from "#core/match/glob";
import type { Mode, Verdict } from "#core/outcome";
import type { Rule } from "#core/policy/policy";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectDecisionFacts } from "./facts.ts";
import { judgeObject } from "./judge.ts";
import type { ObjectDecision } from "./plan.ts";
import { heldUnseen, objectPlanOf } from "./plan.ts";
import { refusedLook } from "./refused-look.ts";

/**
 * The judge of objects: the rule is the bucket's, what it declares for new objects is compared with what HeadObject says of this one.
 * Pure, total and lazy like `decide`: an object of a bucket that nobody looks after, or whose rule declares nothing about objects, costs no call.
 */
export function decideObject(policy: CompiledPolicy, facts: ObjectDecisionFacts): ObjectDecision {
  const found = applicableRule(policy, facts);
  if (found.kind === "needs") return found;
  if (found.kind === "plan") return quiet(found.plan, found.plan.verdict, ...found.plan.reasons);
  const { rule } = found;
  const base: PlanBase = { ...found.base, mode: modeOf(rule) };
  if (rule.objects === undefined || base.mode === "off") {
    return quiet(base, "unmanaged", { code: "objects-off", text: `rule ${rule.id} does not look after objects` });
  }
  if (rule.encryption.algorithm === undefined && rule.encryption.blockSseC !== true) {
    return quiet(base, "unmanaged", { code: "objects-off", text: `rule ${rule.id} declares no algorithm` });
  }
  if (isDirectoryBucket(facts.ref)) {
    const text = "a directory bucket, whose objects Bucketseal does not touch";
    return { kind: "plan", plan: heldUnseen(base, { code: "directory-bucket", text }) };
  }
  if (facts.sources !== undefined && !facts.sources.includes(rule.objects.source)) {
    return quiet(base, "unmanaged", { code: "other-source", text: `rule ${rule.id} goes by ${rule.objects.source}` });
  }
  const except = rule.objects.except.find((glob) => globMatches(compileGlob(glob), facts.object.key));
  if (except !== undefined) {
    return quiet(base, "exempt", { code: "key-excepted", text: `rule ${rule.id} excepts ${safe(except)}` });
  }
  if (facts.head === undefined) return { kind: "needs", needs: [{ fact: "head" }] };
  if (!facts.head.known) return refusedLook(facts, base, facts.head.error);
  if (facts.head.value === null) return quiet(base, "gone", { code: "object-gone", text: "the object is gone" });
  return judgeObject(policy, rule, facts, base, facts.head.value);
}

// --- internal ---

/** The stricter of both: a rule that only observes never writes an object either. */
function modeOf({ mode, objects }: Rule): Mode {
  const onWrite = objects?.onWrite ?? "off";
  return onWrite === "enforce" ? mode : onWrite;
}

function quiet(base: PlanBase, verdict: Verdict, ...reasons: readonly Reason[]): ObjectDecision {
  return { kind: "plan", plan: { ...objectPlanOf(base, null), verdict, reasons } };
}
