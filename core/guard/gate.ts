import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import type { PolicyInForce } from "#core/match/in-force";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/** What keeps a plan from being carried out although nothing speaks against it; `null`: nothing does. */
export async function stoppedBy(
  ports: { readonly paused: () => Promise<Fact<string | null>> },
  inForce: PolicyInForce,
  plan: Pick<Plan, "mode">,
): Promise<Reason | null> {
  if (plan.mode !== "enforce") return { code: "observe-mode", text: `the rule's mode is ${plan.mode}` };
  if (inForce.observeOnly !== null) return { code: "policy-stale", text: safe(inForce.observeOnly) };
  const paused = await ports.paused();
  if (!paused.known) {
    return { code: "pause-unknown", text: `whether writes are paused could not be read: ${safe(paused.error.name)}` };
  }
  return paused.value === null ? null : { code: "paused", text: safe(paused.value) };
}
