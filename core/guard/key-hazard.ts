import type { KeyFacts } from "#core/key/key";
import type { GuardFacts } from "./facts.ts";
import { clear, type GuardedPlan, type Hazard, type HazardAnswer, type HazardTexts } from "./hazard.ts";

/**
 * A hazard of a declared key that exists; `keyMissing` requests the key and covers the rest. S3
 * accepts any key in PutBucketEncryption and then refuses every upload, so no rule can accept one.
 * The key is read now, by the policy's own spelling, so that an alias that just moved is noticed.
 * If no key is declared, there is nothing to check: the key that a write carries over is in use
 * already.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export function keyHazard(
  name: string,
  texts: HazardTexts,
  check: (key: KeyFacts, facts: GuardFacts, plan: GuardedPlan) => HazardAnswer,
): Hazard {
  return {
    name,
    about: ["bucket", "object"],
    isAcceptable: false,
    texts,
    check: (plan, facts) => {
      const key = plan.declaredKey === null ? undefined : facts.freshKeys.get(plan.declaredKey);
      return key?.known === true && key.value !== null ? check(key.value, facts, plan) : clear;
    },
  };
}
