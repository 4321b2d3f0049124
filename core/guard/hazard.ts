import type { Needs } from "#core/decide/ask";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { Plan } from "#core/decide/plan";
import type { Reason, ReasonCode } from "#core/reason/reason";
import type { GuardFacts, GuardNeed } from "./facts.ts";

/** Something that would make a write do harm, though the write is what the rule declares. */
export interface Hazard {
  /** What a rule calls it in `accept`. */
  readonly name: string;
  /** What is written: the default encryption of a bucket, or an object. */
  readonly about: readonly ("bucket" | "object")[];
  /**
   * Whether a rule may accept it. Never for one whose harm is lost data or uploads that fail: that is nobody's wish.
   */
  readonly isAcceptable: boolean;
  /** Pure, total and lazy, like `decide`: it asks for a fact only where its answer depends on it. */
  readonly check: (plan: GuardedPlan, facts: GuardFacts) => HazardAnswer;
}

/** A plan about a bucket or an object, as far as hazards look at it. */
export interface GuardedPlan extends Pick<Plan, "rule" | "accept" | "declaredKey"> {
  readonly action: Plan["action"] | ObjectPlan["action"];
  readonly before: { readonly key?: string } | null;
  readonly after: { readonly key?: string } | null;
  /** The object that the plan was made for. */
  readonly seen?: ObjectFacts | null;
}

/** What a hazard says of a plan. `unknown`, a fact that could not be read, stops a write as surely as `hazard` does. */
export type HazardAnswer =
  | Needs<GuardNeed>
  | { readonly kind: "clear" }
  | { readonly kind: "hazard" | "unknown"; readonly reason: Reason };

export const clear: HazardAnswer = { kind: "clear" };

export function needs(...facts: readonly GuardNeed[]): HazardAnswer {
  return { kind: "needs", needs: facts };
}

export function hazard(code: ReasonCode, text: string): HazardAnswer {
  return { kind: "hazard", reason: { code, text } };
}

export function unknown(code: ReasonCode, text: string): HazardAnswer {
  return { kind: "unknown", reason: { code, text } };
}
