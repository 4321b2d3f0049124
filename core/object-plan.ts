import type { Reason } from "#core/reason/reason";
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

/** A plan that leaves an object alone which was not looked at, and tells why. */
export function heldUnseen(base: PlanBase, reason: Reason): ObjectPlan {
  return { ...objectPlanOf(base, null), action: "hold", verdict: "unknown", reasons: [reason] };
}
