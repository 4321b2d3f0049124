import type { Plan } from "#core/decide/plan";
import { withReasons } from "#core/decide/plan";
import { stoppedBy } from "#core/guard/gate";
import { guardPlan } from "#core/guard/guard";
import type { Outcome } from "#core/outcome";
import { quietOutcome } from "#core/outcome";
import type { Ports } from "./ports.ts";
import type { Survey } from "./survey.ts";

/** What is told of a bucket, and the plan with every reason for it. */
export interface Judged {
  readonly outcome: Outcome;
  readonly plan: Plan;
}

/**
 * What is to be told of a bucket that is not to be written; `null`: nothing keeps the plan from being carried out.
 * @throws whatever a port throws.
 */
export async function withheld(
  ports: Pick<Ports, "reader" | "paused">,
  { plan, look, inForce }: Survey,
): Promise<Judged | null> {
  if (plan.action === "none") return { outcome: quietOutcome[plan.verdict], plan };
  if (plan.action === "hold") return { outcome: "held", plan };
  const guard = await guardPlan(ports.reader, look.ref, plan);
  if (guard.verdict !== "clear") {
    return { outcome: "held", plan: { ...withReasons(plan, guard.reasons), action: "hold" } };
  }
  const stopped = await stoppedBy(ports, inForce, plan);
  return stopped === null ? null : { outcome: "reported", plan: withReasons(plan, [stopped]) };
}
