import type { Reason } from "#core/reason/reason";
import type { WantedEncryption } from "./encryption.ts";
import type { Finding } from "./finding.ts";
import type { Verdict } from "./outcome.ts";
import type { Decision, Plan } from "./types.ts";

/** What every plan about a bucket says, whatever comes of it. */
export type PlanBase = Pick<Plan, "rule" | "exemption" | "mode" | "before" | "declaredKey">;

/** A plan for a bucket that no rule was found for. */
export const noRule: PlanBase = { rule: null, exemption: null, mode: "observe", before: null, declaredKey: null };

/** A plan that does nothing. */
export function nothing(base: PlanBase, verdict: Verdict, ...reasons: readonly Reason[]): Decision {
  return { kind: "plan", plan: { ...base, action: "none", verdict, after: null, reasons } };
}

/** A plan that holds a write back. */
export function hold(base: PlanBase, after: WantedEncryption | null, reasons: readonly Reason[]): Decision {
  return { kind: "plan", plan: { ...base, action: "hold", verdict: "violation", after, reasons } };
}

/** The plan that findings lead to: one that is held holds them all; what is accepted needs nothing. */
export function planFor(base: PlanBase, after: WantedEncryption, findings: readonly Finding[]): Decision {
  const reasons = findings.map((each) => each.reason);
  if (findings.some((each) => each.effect === "held")) return hold(base, after, reasons);
  if (findings.every((each) => each.effect === "accepted")) return nothing(base, "compliant", ...reasons);
  return { kind: "plan", plan: { ...base, action: "write", verdict: "violation", after, reasons } };
}
