import { parseKmsArn } from "#core/key/arn";
import { missingKey } from "#core/key/declared";
import type { KeyFacts } from "#core/key/key";
import { safe } from "#core/safe";
import type { GuardFacts } from "./facts.ts";
import { clear, type GuardedPlan, type Hazard, type HazardAnswer, hazard, needs, unknown } from "./hazard.ts";

/**
 * The hazards of a declared key: S3 accepts any key in PutBucketEncryption and then refuses every
 * upload, so none of them can be accepted. The key is read now, by the policy's own spelling, so
 * that an alias that just moved is noticed. If no key is declared, there is nothing to check: the
 * key that a write carries over is in use already.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export const keyMissing: Hazard = {
  name: "key-missing",
  about: ["bucket", "object"],
  isAcceptable: false,
  check: ({ declaredKey }, { ref, freshKeys }) => {
    if (declaredKey === null) return clear;
    const key = freshKeys.get(declaredKey);
    if (key === undefined) return needs({ fact: "freshKey", arn: declaredKey });
    if (!key.known) {
      return unknown("key-unknown", `the declared key ${declaredKey} could not be read: ${safe(key.error.name)}`);
    }
    return key.value === null ? { kind: "hazard", reason: missingKey(declaredKey, ref) } : clear;
  },
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export const keyDisabled = keyHazard("key-disabled", (key) =>
  key.state === "Enabled"
    ? clear
    : hazard("key-disabled", `the declared key ${key.arn} is in state ${safe(key.state)}`),
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const keyNotSymmetric = keyHazard("key-not-symmetric", (key) => {
  if (key.spec === "SYMMETRIC_DEFAULT" && key.usage === "ENCRYPT_DECRYPT") return clear;
  const text = `the declared key ${key.arn} is ${safe(key.spec)} for ${safe(key.usage)}, and S3 needs a symmetric encryption key`;
  return hazard("key-unusable", text);
});

/** S3 uses keys of the bucket's own Region only. */
export const keyInOtherRegion = keyHazard("key-in-other-region", (key, { ref }) => {
  const region = parseKmsArn(key.arn)?.region;
  const text = `the declared key ${key.arn} is not in ${ref.region}, where the bucket is`;
  return region === ref.region ? clear : hazard("key-other-region", text);
});

/** An AWS managed key works only in its own account. */
export const keyNotShareable = keyHazard("key-not-shareable", (key, { ref }) => {
  const text = `the declared key ${key.arn} is an AWS managed key of another account, which cannot be shared`;
  return key.manager !== "AWS" || parseKmsArn(key.arn)?.account === ref.account ? clear : hazard("key-unusable", text);
});

/** The declared alias no longer names the key that the plan would write. */
export const aliasMoved = keyHazard("alias-moved", (key, _, plan) => {
  const text = `the declared key ${plan.declaredKey} names ${key.arn} now, and the plan was made for ${plan.after?.key}`;
  return key.arn === plan.after?.key ? clear : hazard("alias-moved", text);
});

// --- internal ---

/** A hazard of a declared key that exists; `keyMissing` requests the key and covers the rest. */
function keyHazard(name: string, check: (key: KeyFacts, facts: GuardFacts, plan: GuardedPlan) => HazardAnswer): Hazard {
  return {
    name,
    about: ["bucket", "object"],
    isAcceptable: false,
    check: (plan, facts) => {
      const key = plan.declaredKey === null ? undefined : facts.freshKeys.get(plan.declaredKey);
      return key?.known === true && key.value !== null ? check(key.value, facts, plan) : clear;
    },
  };
}
