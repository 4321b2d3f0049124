import type { Needs } from "#core/decide/ask";
import type { StrategyName } from "#core/decide/object/strategy/strategies";
import type { PlanBase } from "#core/decide/plan";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import type { Mode, Verdict } from "#core/outcome";
import type { Acceptance } from "#core/policy/accept";
import type { Reason } from "#core/reason/reason";
import type { ObjectFacts, ObjectNeed } from "./facts.ts";

/** An empty plan about an object; `seen` is `null` if the object was not read or does not exist. */
export function objectPlanOf(base: PlanBase, seen: ObjectFacts | null): ObjectPlan {
  return {
    action: "none",
    verdict: "unmanaged",
    rule: base.rule,
    exemption: base.exemption,
    mode: base.mode,
    accept: base.accept,
    namesBucket: base.namesBucket,
    before: seen?.encryption ?? null,
    after: null,
    declaredKey: null,
    seen,
    reasons: [],
  };
}

/** A plan that holds an object that was not read, with the reason. */
export function heldUnseen(base: PlanBase, reason: Reason): ObjectPlan {
  return { ...objectPlanOf(base, null), action: "hold", verdict: "unknown", reasons: [reason] };
}

/** The result of `decideObject`: a plan, or the facts it needs first. */
export type ObjectDecision = Needs<ObjectNeed> | { readonly kind: "plan"; readonly plan: ObjectPlan };

/** A plan about one object, as data: a strategy by name, a hold, or nothing to do. */
export interface ObjectPlan {
  readonly action: "none" | "hold" | StrategyName;
  readonly verdict: Verdict;
  readonly rule: string | null;
  readonly exemption: string | null;
  /** The weaker of the rule's `mode` and its `objects.onWrite` or `objects.atRest`. */
  readonly mode: Mode;
  /** Hazards that the rule accepts, and why. */
  readonly accept: readonly Acceptance[];
  /** Whether the rule names the bucket itself, without a wildcard. */
  readonly namesBucket: boolean;
  readonly before: ObjectEncryption | null;
  readonly after: WantedObjectEncryption | null;
  readonly declaredKey: string | null;
  /**
   * The state that the plan was made for; the write is conditional on it. `null` if nothing would
   * be written.
   */
  readonly seen: ObjectFacts | null;
  readonly reasons: readonly Reason[];
  /**
   * The reason for the hold is transient: the object is looked at again before an alert is sent.
   */
  readonly transient?: true;
}

/** A plan that writes. */
export interface ObjectWritePlan extends ObjectPlan {
  readonly action: StrategyName;
  readonly after: WantedObjectEncryption;
  readonly seen: ObjectFacts;
}

/** Whether a plan writes; if so, it says what was seen and what is wanted. */
export function isWrite(plan: ObjectPlan): plan is ObjectWritePlan {
  return plan.action !== "none" && plan.action !== "hold";
}
