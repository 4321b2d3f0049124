import type { ObjectPlan } from "#core/decide/object/plan";
import { isWrite } from "#core/decide/object/plan";
import { planObject } from "#core/decide/object/plan-object";
import type { StrategyName } from "#core/decide/object/strategy/strategies";
import type { ObjectRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { withheldObject } from "#core/object/withheld";
import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { explainError } from "../line/explain-error.ts";
import { type ObjectState, type ObjectTrait, stateOf, traitsOf } from "./state-of.ts";

/** What would become of an object, and why. */
export interface LookedObject {
  readonly object: ObjectRef;
  readonly state: ObjectState;
  readonly traits: readonly ObjectTrait[];
  /** What would be done, or the outcome of a look that writes nothing. */
  readonly todo: StrategyName | Outcome;
  /** Whether the rule would only have it reported. */
  readonly isObserved: boolean;
  readonly reasons: readonly Reason[];
  /** Bytes. */
  readonly size: number;
  /** Whether KMS is asked for each such object: no bucket key stands before it. */
  readonly asksKms: boolean;
}

/**
 * Looks at one existing object and plans, hazards included; nothing is written. Never throws: a
 * look that fails is `unreadable`.
 */
export async function lookAtExisting(ports: ObjectPorts, object: ObjectRef, isCurrent: boolean): Promise<LookedObject> {
  try {
    const inForce = await ports.policy();
    const plan = await planObject(ports, { object, triggers: [], atRest: true }, inForce.policy);
    const isObserved = isWrite(plan) && plan.mode !== "enforce";
    // Whether it could be written shows only where it may be.
    const tried: ObjectPlan = isObserved ? { ...plan, mode: "enforce" } : plan;
    const cleared = await withheldObject(ports, inForce, object, tried);
    const todo = cleared.kind === "write" ? cleared.plan.action : cleared.result.outcome;
    const { reasons } = cleared.kind === "write" ? cleared.plan : cleared.result;
    return {
      object,
      state: stateOf(plan),
      traits: traitsOf(plan.seen, isCurrent, ports.now()),
      todo,
      isObserved: isObserved && cleared.kind === "write",
      reasons,
      size: plan.seen?.size ?? 0,
      asksKms: plan.after?.algorithm !== "AES256" && plan.after?.bucketKey !== true,
    };
  } catch (error) {
    const reasons: Reason[] = [{ code: "unreadable", text: `it could not be read: ${explainError(error).message}` }];
    const none = { traits: [], isObserved: false, size: 0, asksKms: false };
    return { object, state: "unreadable", todo: "unreadable", reasons, ...none };
  }
}
