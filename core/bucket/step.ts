import type { Plan } from "#core/decide/plan";
import type { Look } from "#core/ledger/look";
import type { Outcome } from "#core/outcome";
import type { Postponement } from "./work.ts";

/** The judgement of a bucket, with all reasons in the plan. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly plan: Plan;
}

/** The judgement that ends a look, with the look to record in the ledger. */
export interface Entry extends Judgement {
  readonly kind: "entry";
  readonly look: Look;
}

/** The bucket must be looked at again in this many seconds. */
export interface Later {
  readonly kind: "later";
  readonly seconds: number;
  readonly why: Postponement;
}

/** The ledger or the bucket changed during the look, which has to restart. */
export interface Moved {
  readonly kind: "moved";
}

export const moved: Moved = { kind: "moved" };

export function later(seconds: number, why: Postponement): Later {
  return { kind: "later", seconds, why };
}

export function entry(look: Look, { outcome, plan }: Judgement): Entry {
  return { kind: "entry", look, outcome, plan };
}
