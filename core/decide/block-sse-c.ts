import { isAlgorithm, usesKey } from "#core/encryption";
import type { Reason } from "#core/reason/reason";
import type { Plan, PlanBase } from "./plan.ts";

/**
 * The plan that blocks SSE-C and keeps the rest of the configuration as it is: blocking it is
 * stronger whatever holds the rest back, be it a declared key that is missing, disabled or
 * unreadable. `null`: SSE-C is blocked already, or the rest cannot be kept.
 *
 * @param base - of a bucket whose rule blocks SSE-C
 */
export function blockingSseC(base: PlanBase, reasons: readonly Reason[]): Plan | null {
  const { before } = base;
  const algorithm = before?.algorithm ?? "AES256";
  if (before === null || before.sseC === "SSE-C" || !isAlgorithm(algorithm)) return null;
  const isKeyed = usesKey(algorithm) && before.key !== undefined;
  return {
    ...base,
    // No key is written, so the guard need not ask about one.
    declaredKey: null,
    action: "write",
    verdict: "violation",
    after: {
      algorithm,
      ...(isKeyed ? { key: before.key } : {}),
      // DSSE has no bucket key.
      bucketKey: algorithm !== "aws:kms:dsse" && before.bucketKey,
      sseC: "SSE-C",
    },
    differs: ["SSE-C"],
    reasons,
  };
}
