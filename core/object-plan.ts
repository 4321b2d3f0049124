import type { ObjectFacts, ObjectPlan } from "./object-types.ts";
import type { PlanBase } from "./plan.ts";

/** A plan about an object that says nothing yet; `seen` is `null` where the object was not looked at or is not there. */
export function objectPlanOf(base: PlanBase, seen: ObjectFacts | null): ObjectPlan {
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
