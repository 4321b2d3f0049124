import { type Plan, withReasons } from "#core/decide/plan";
import { closedGate } from "#core/guard/gate";
import { guardedPlan } from "#core/guard/guarded-plan";
import { exemptBy, restoredReason } from "#core/ledger/restored";
import type { Outcome } from "#core/outcome";
import { quietOutcome } from "#core/outcome";
import type { Ports } from "./ports.ts";
import { refusedBefore } from "./refused-before.ts";
import type { Judgement } from "./step.ts";
import type { Survey } from "./survey.ts";

/**
 * The clearance of a plan: `withheld` with what to report instead, or `write` with the plan to
 * carry out.
 */
export type Clearance =
  | { readonly kind: "withheld"; readonly judged: Judgement }
  | { readonly kind: "write"; readonly plan: Plan };

/**
 * Decides whether to carry out a plan: it must write something, nobody may have restored what it
 * would replace, no hazard may hold it, every gate must be open, and nobody else's policy may have
 * refused the very same write.
 * @throws whatever a port throws.
 */
export async function withheld(
  ports: Pick<Ports, "reader" | "paused" | "resumed">,
  survey: Survey,
): Promise<Clearance> {
  const { plan, look, inForce, facts } = survey;
  const { ref, state } = look;
  if (plan.action === "none") return instead(quietOutcome[plan.verdict], plan);
  const restored = exemptBy(state, plan.before, facts.now);
  if (restored !== null) return instead("exempt", withReasons(plan, [restoredReason(restored)]));
  const cleared = await guardedPlan(ports.reader, { ref, policyKeys: inForce.policy.policy.keys }, plan);
  if (cleared.action === "hold") return instead("held", cleared);
  const closed = await closedGate(ports, inForce, plan);
  if (closed === null) {
    const refused = await refusedBefore(ports, survey, cleared);
    return refused === null ? { kind: "write", plan: cleared } : instead("held", withReasons(cleared, [refused]));
  }
  return instead(closed.outcome, withReasons(cleared, [closed.reason]));
}

// --- internal ---

function instead(outcome: Outcome, plan: Plan): Clearance {
  return { kind: "withheld", judged: { outcome, plan } };
}
