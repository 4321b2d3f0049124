import type { Reason, ReasonCode } from "#core/reason/reason";
import type { ObjectResult } from "./object-ports.ts";
import type { Outcome } from "./outcome.ts";

/**
 * The one reason that tells most about an object: what was wrong with it where it was re-encrypted or only reported, else what kept it
 * from being re-encrypted. `null`: none was given.
 */
export function tellingReason({ outcome, reasons }: Pick<ObjectResult, "outcome" | "reasons">): Reason | null {
  const isDifference = ({ code }: Reason) => DIFFERENCES.has(code);
  const found = WHAT.has(outcome)
    ? reasons.find(isDifference)
    : reasons.findLast((reason) => !isDifference(reason) && reason.code !== "old-version-remains");
  return found ?? reasons[0] ?? null;
}

// --- internal ---

/** Outcomes of which one wants to know what was found rather than what stood in the way. */
const WHAT: ReadonlySet<Outcome> = new Set(["changed", "reported"]);

const DIFFERENCES: ReadonlySet<ReasonCode> = new Set([
  "algorithm-differs",
  "key-differs",
  "key-relative",
  "bucket-key-differs",
]);
