/** What a write does to those who use the bucket. */

import type { GuardedPlan } from "./hazard.ts";

/** Whether what was readable without a right on any key needs one after the write. */
export function comesUnderKms({ before, after }: GuardedPlan): boolean {
  return !isKms(before?.algorithm) && isKms(after?.algorithm);
}

// --- internal ---

function isKms(algorithm: string | undefined): boolean {
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}
