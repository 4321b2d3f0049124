import type { PlanBase } from "#core/decide/plan";
import type { FactError } from "#core/fact";
import { safe } from "#core/safe";
import type { ObjectDecisionFacts } from "./facts.ts";
import type { ObjectDecision } from "./plan.ts";
import { heldUnseen, objectPlanOf } from "./plan.ts";

/**
 * What a look at an object comes to that S3 did not answer. A refusal in a bucket whose requesters pay is told apart: S3 refuses every caller there
 * who does not acknowledge the cost, but for those of the bucket's own account.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export function refusedLook({ payer }: ObjectDecisionFacts, base: PlanBase, error: FactError): ObjectDecision {
  if (error.name === "AccessDenied" && payer === undefined) return { kind: "needs", needs: [{ fact: "payer" }] };
  if (payer?.known === true && payer.value === "Requester") {
    const text = "the look at the object was refused, and requesters pay for this bucket";
    return { kind: "plan", plan: heldUnseen(base, { code: "requester-pays", text }) };
  }
  const text = `the object could not be looked at: ${safe(error.name)}`;
  const plan = objectPlanOf(base, null);
  return { kind: "plan", plan: { ...plan, verdict: "unknown", reasons: [{ code: "unreadable", text }] } };
}
