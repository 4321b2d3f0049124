import type { ObjectWritePlan } from "#core/decide/object/plan";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import type { Reason } from "#core/reason/reason";

/** A write that came to nothing, or that somebody wrote over: the object is looked at anew. */
export interface LostRace {
  readonly kind: "lost race";
  readonly plan: ObjectWritePlan;
  /** `null`: nothing was written. */
  readonly receipt: Receipt | null;
  readonly reason: Reason;
}

/** A race that somebody else won; `why` says how that was seen. */
export function lostRace(plan: ObjectWritePlan, receipt: Receipt | null, why: string): LostRace {
  const text = `changed by somebody else meanwhile: ${why}`;
  return { kind: "lost race", plan, receipt, reason: { code: "object-overwritten", text } };
}
