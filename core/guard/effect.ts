/** What a write does to those who use the bucket. */

import type { GuardedPlan } from "./hazard.ts";

/** Whether what was readable without a right on any key needs one after the write. */
export function comesUnderKms({ before, after }: GuardedPlan): boolean {
  return !isKms(before?.algorithm) && isKms(after?.algorithm);
}

/** Whether the write changes anything that reading and writing the bucket's objects depends on. */
export function isReKeyed({ before, after }: GuardedPlan): boolean {
  return before?.algorithm !== after?.algorithm || before?.key !== after?.key || before?.bucketKey !== after?.bucketKey;
}

/** Whether readers and writers need a right on a key that they did not need before. */
export function comesUnderAnotherKey(plan: GuardedPlan): boolean {
  return isKms(plan.after?.algorithm) && (comesUnderKms(plan) || plan.before?.key !== plan.after?.key);
}

/** Whether objects under this algorithm need a right on a key. */
export function isKms(algorithm: string | undefined): boolean {
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}
