/**
 * What holds a write back: the hazards, the gate that a person can close, and what a refusal of S3
 * means.
 */

import type { Plan } from "#core/decide/plan";
import type { BucketReader } from "#core/decide/reader";
import type { BucketRef } from "#core/names";
import { keyExists, keyIsEnabled, keyIsInRegion, keyIsOwn, keyIsSymmetric, keyIsUnmoved } from "./declared-key.ts";
import type { GuardCheck, GuardFacts, GuardResult } from "./hazard.ts";

/** Every hazard that holds a write back. To look at another one, add a check. */
export const checks: readonly GuardCheck[] = [
  keyExists,
  keyIsEnabled,
  keyIsSymmetric,
  keyIsInRegion,
  keyIsOwn,
  keyIsUnmoved,
];

/**
 * Asks every check about a write and lists all that speaks against it. A plan that does not write has nothing to fear; neither
 * has one whose rule declares no key, since what it carries over is in use already.
 */
export function guardBucket(plan: Plan, facts: GuardFacts): GuardResult {
  if (plan.action !== "write") return { verdict: "clear", reasons: [] };
  const results = checks.map((check) => check(plan, facts)).filter((result) => result.verdict !== "clear");
  const verdict = results.some((result) => result.verdict === "hazard")
    ? "hazard"
    : results.length > 0
      ? "unknown"
      : "clear";
  return { verdict, reasons: results.map((result) => result.reason) };
}

/**
 * Looks at what a write would rest on right before it: S3 accepts any key on PutBucketEncryption and then refuses every upload.
 * The key is asked for by the policy's own spelling, so that an alias which moved a moment ago is seen.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export async function guardPlan(reader: BucketReader, ref: BucketRef, plan: Plan): Promise<GuardResult> {
  const wanted = plan.after?.key;
  const key = wanted === undefined ? null : await reader.key(ref, plan.declaredKey ?? wanted, true);
  return guardBucket(plan, { ref, key });
}
