import { blockingSseC } from "#core/decide/block-sse-c";
import { type Plan, withReasons } from "#core/decide/plan";
import { sseCWriters } from "#core/guard/hazards/sse-c-writers";
import type { Guarded } from "./facts.ts";
import { guard } from "./guard.ts";
import { hazards } from "./hazards.ts";
import { notesOf } from "./notes.ts";
import type { GuardReader } from "./reader.ts";

/**
 * A bucket's plan after the guard: the same with what is to be noted, or held with the hazards as
 * reasons. Hazards concern the declared key, so SSE-C is blocked all the same where the plan would
 * block it; those of the block concern nothing else, so the rest is repaired all the same: whoever
 * uploads with a key of their own must not keep a bucket as it is.
 * @throws whatever the reader throws.
 */
export async function guardedPlan(reader: GuardReader, guarded: Guarded, plan: Plan): Promise<Plan> {
  const block = await guard(reader, guarded, plan, [sseCWriters]);
  if (block.kind === "clear") return withoutHazards(reader, guarded, withReasons(plan, block.accepted));
  const rest = withoutBlock(withReasons(plan, block.reasons));
  return rest.action === "hold" ? rest : withoutHazards(reader, guarded, rest);
}

// --- internal ---

const OTHERS = hazards.filter((each) => each !== sseCWriters);

async function withoutHazards(reader: GuardReader, guarded: Guarded, plan: Plan): Promise<Plan> {
  const found = await guard(reader, guarded, plan, OTHERS);
  const judged = withReasons(plan, [...found.accepted, ...found.reasons]);
  if (found.kind === "clear") return withReasons(judged, notesOf(plan, guarded.ref));
  const isBlocking = plan.differs.includes("SSE-C") && plan.after?.sseC === "SSE-C";
  const reasons = judged.reasons.filter(({ code }) => !REPAIRED_LATER.has(code));
  return (isBlocking ? blockingSseC(plan, reasons) : null) ?? { ...judged, action: "hold" };
}

/**
 * The plan that goes on allowing SSE-C. It holds where nothing else is to be written, and where S3
 * does not state whether SSE-C is allowed: then any write blocks it.
 */
function withoutBlock(plan: Plan): Plan {
  const { before, after } = plan;
  const differs = plan.differs.filter((each) => each !== "SSE-C");
  const isStated = before?.sseC === "NONE" && after !== null;
  return isStated && differs.length > 0
    ? { ...plan, differs, after: { ...after, sseC: "NONE" } }
    : { ...plan, action: "hold" };
}

/** What a plan that only blocks SSE-C leaves as it is. */
const REPAIRED_LATER: ReadonlySet<string> = new Set([
  "algorithm-differs",
  "key-differs",
  "key-relative",
  "key-unread",
  "bucket-key-differs",
]);
