import type { PlanBase } from "#core/decide/plan";
import type { FactError } from "#core/fact";
import { safe } from "#core/safe";
import type { ObjectDecisionFacts } from "./facts.ts";
import type { ObjectDecision } from "./plan.ts";
import { heldUnseen, objectPlanOf } from "./plan.ts";

/**
 * The decision if HeadObject failed. A refusal in a Requester Pays bucket has its own reason: S3
 * refuses every caller from another account who does not acknowledge the cost.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export function refusedLook({ payer }: ObjectDecisionFacts, base: PlanBase, error: FactError): ObjectDecision {
  if (error.name === "AccessDenied" && payer === undefined) return { kind: "needs", needs: [{ fact: "payer" }] };
  if (payer?.known === true && payer.value === "Requester") {
    const text = "HeadObject was refused, and this bucket uses Requester Pays";
    return { kind: "plan", plan: heldUnseen(base, { code: "requester-pays", text }) };
  }
  const text = `the object could not be read: ${safe(error.name)}`;
  const plan = objectPlanOf(base, null);
  return { kind: "plan", plan: { ...plan, verdict: "unknown", reasons: [{ code: "unreadable", text }] } };
}
