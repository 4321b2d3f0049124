import type { ObjectWritePlan } from "#core/decide/object/plan";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import type { Reason } from "#core/reason/reason";

/** A write that changed nothing, or that someone overwrote: the object is looked at again. */
export interface LostRace {
  readonly kind: "lost race";
  readonly plan: ObjectWritePlan;
  /** `null`: nothing was written. */
  readonly receipt: Receipt | null;
  readonly reason: Reason;
}

/** A race that someone else won; `why` says how this was detected. */
export function lostRace(plan: ObjectWritePlan, receipt: Receipt | null, why: string): LostRace {
  const text = `changed by someone else meanwhile: ${why}`;
  return { kind: "lost race", plan, receipt, reason: { code: "object-overwritten", text } };
}
