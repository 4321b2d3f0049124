import type { ObjectPlan } from "#core/decide/object/plan";
import type { Reason } from "#core/reason/reason";
import type { ObjectResult } from "./object-ports.ts";
import type { Outcome } from "./outcome.ts";

/** What became of an object that nothing was written to, with the plan's reasons and more of them. */
export function objectResult(plan: ObjectPlan, outcome: Outcome, ...more: readonly Reason[]): ObjectResult {
  const { rule, mode, before, after } = plan;
  return { outcome, how: null, rule, mode, reasons: [...plan.reasons, ...more], before, after, movedBytes: 0 };
}
