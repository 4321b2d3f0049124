import { isWrite, type ObjectPlan, type ObjectWritePlan } from "#core/decide/object/plan";
import { closedGate, missingCapability } from "#core/guard/gate";
import { guard } from "#core/guard/guard";
import type { PolicyInForce } from "#core/match/in-force";
import type { ObjectRef } from "#core/names";
import { quietOutcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import type { ObjectPorts } from "./ports.ts";
import { LOOK_AGAIN_SECONDS, type ObjectResult, objectResult } from "./result.ts";

/**
 * The clearance of a plan: `result` of a look without a write, or `write` with the plan to carry
 * out.
 */
export type ObjectClearance =
  | { readonly kind: "result"; readonly result: ObjectResult }
  | { readonly kind: "write"; readonly plan: ObjectWritePlan };

/**
 * Decides whether to carry out a plan: it must write something that this deployment can write, no
 * hazard may hold it, and every gate must be open.
 * @throws whatever a port throws.
 */
export async function withheldObject(
  ports: ObjectPorts,
  inForce: PolicyInForce,
  object: ObjectRef,
  plan: ObjectPlan,
): Promise<ObjectClearance> {
  if (plan.action === "none") return { kind: "result", result: objectResult(plan, quietOutcome[plan.verdict]) };
  if (!isWrite(plan)) return held(plan);
  const unable = missingCapability(ports.writer, plan);
  if (unable !== null) return held(plan, unable);
  const policyKeys = inForce.policy.policy.keys;
  const found = await guard(ports.reader, { ref: object.bucket, object, policyKeys }, plan);
  const cleared: ObjectWritePlan = { ...plan, reasons: [...plan.reasons, ...found.accepted] };
  if (found.kind !== "clear") return held(cleared, ...found.reasons);
  const closed = await closedGate(ports, inForce, plan, object);
  if (closed === null) return { kind: "write", plan: cleared };
  return { kind: "result", result: objectResult(cleared, closed.outcome, closed.reason) };
}

// --- internal ---

function held(plan: ObjectPlan, ...more: readonly Reason[]): ObjectClearance {
  const result = objectResult(plan, "held", ...more);
  return { kind: "result", result: plan.transient ? { ...result, lookAgainSeconds: LOOK_AGAIN_SECONDS } : result };
}
