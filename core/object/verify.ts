import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectWritePlan } from "#core/decide/object/plan";
import { strategies } from "#core/decide/object/strategy/strategies";
import type { ObservedWrite, Receipt } from "#core/decide/object/strategy/strategy";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";

/**
 * Judges a write by what HeadObject shows afterwards. An alarm requires proof that this is the
 * object that was written, and each strategy has its own.
 */
export function observedWrite(plan: ObjectWritePlan, receipt: Receipt, head: Fact<ObjectFacts | null>): ObservedWrite {
  if (!head.known) return { kind: "unreadable", why: `the write could not be read back: ${safe(head.error.name)}` };
  const now = head.value;
  if (now === null) return { kind: "moved", why: "deleted after the write" };
  if (now.encryption.algorithm === "SSE-C") return { kind: "moved", why: "under SSE-C after the write" };
  return strategies[plan.action].observed(plan, receipt, now);
}
