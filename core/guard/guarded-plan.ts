import { blockingSseC } from "#core/decide/block-sse-c";
import { type Plan, withReasons } from "#core/decide/plan";
import type { Guarded } from "./facts.ts";
import { guard } from "./guard.ts";
import { notesOf } from "./notes.ts";
import type { GuardReader } from "./reader.ts";

/**
 * A bucket's plan after the guard: the same with what is to be noted, or held with the hazards as
 * reasons. They concern the declared key, so SSE-C is blocked all the same where the plan would
 * block it.
 * @throws whatever the reader throws.
 */
export async function guardedPlan(reader: GuardReader, guarded: Guarded, plan: Plan): Promise<Plan> {
  const found = await guard(reader, guarded, plan);
  const judged = withReasons(plan, [...found.accepted, ...found.reasons]);
  if (found.kind === "clear") return withReasons(judged, notesOf(plan, guarded.ref));
  const isBlocking = plan.differs.includes("SSE-C") && plan.after?.sseC === "SSE-C";
  const reasons = judged.reasons.filter(({ code }) => !REPAIRED_LATER.has(code));
  return (isBlocking ? blockingSseC(plan, reasons) : null) ?? { ...judged, action: "hold" };
}

// --- internal ---

/** What a plan that only blocks SSE-C leaves as it is. */
const REPAIRED_LATER: ReadonlySet<string> = new Set([
  "algorithm-differs",
  "key-differs",
  "key-relative",
  "key-unread",
  "bucket-key-differs",
]);
