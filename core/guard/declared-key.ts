import { parseKmsArn } from "#core/key/arn";
import { missingKey } from "#core/key/declared";
import type { KeyFacts } from "#core/key/key";
import type { ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { GuardCheck } from "./hazard.ts";

/**
 * The checks of a declared key: S3 takes any key in PutBucketEncryption and then refuses every upload.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */

/** The key is there and can be looked at. */
export const keyExists: GuardCheck = ({ declaredKey }, { ref, key }) => {
  if (declaredKey === null) return CLEAR;
  if (key?.known === true) {
    return key.value === null ? { verdict: "hazard", reason: missingKey(declaredKey, ref) } : CLEAR;
  }
  const why = key === null ? "it was not looked at" : safe(key.error.name);
  const text = `the declared key ${declaredKey} could not be read: ${why}`;
  return { verdict: "unknown", reason: { code: "key-unknown", text } };
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export const keyIsEnabled: GuardCheck = about((key) =>
  key.state === "Enabled"
    ? CLEAR
    : hazard("key-disabled", `the declared key ${key.arn} is in state ${safe(key.state)}`),
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const keyIsSymmetric: GuardCheck = about((key) => {
  if (key.spec === "SYMMETRIC_DEFAULT" && key.usage === "ENCRYPT_DECRYPT") return CLEAR;
  const text = `the declared key ${key.arn} is ${safe(key.spec)} for ${safe(key.usage)}, and S3 needs a symmetric encryption key`;
  return hazard("key-unusable", text);
});

/** S3 uses keys of the bucket's own Region only. */
export const keyIsInRegion: GuardCheck = about((key, { ref }) => {
  const region = parseKmsArn(key.arn)?.region;
  const text = `the declared key ${key.arn} is not in ${ref.region}, where the bucket is`;
  return region === ref.region ? CLEAR : hazard("key-other-region", text);
});

/** An AWS managed key serves its own account only. */
export const keyIsOwn: GuardCheck = about((key, { ref }) => {
  const text = `the declared key ${key.arn} is an AWS managed key of another account, which cannot be shared`;
  return key.manager !== "AWS" || parseKmsArn(key.arn)?.account === ref.account ? CLEAR : hazard("key-unusable", text);
});

/** The declared alias still names the key that the plan would write. */
export const keyIsUnmoved: GuardCheck = about((key, _, plan) => {
  const text = `the declared key ${plan.declaredKey} names ${key.arn} now, and the plan was made for ${plan.after?.key}`;
  return key.arn === plan.after?.key ? CLEAR : hazard("alias-moved", text);
});

// --- internal ---

const CLEAR = { verdict: "clear" } as const;

function hazard(code: ReasonCode, text: string): ReturnType<GuardCheck> {
  return { verdict: "hazard", reason: { code, text } };
}

/** A check of a key that the rule declares and that is there; `keyExists` speaks for the others. */
function about(
  check: (key: KeyFacts, facts: Parameters<GuardCheck>[1], plan: Parameters<GuardCheck>[0]) => ReturnType<GuardCheck>,
): GuardCheck {
  return (plan, facts) =>
    plan.declaredKey !== null && facts.key?.known === true && facts.key.value !== null
      ? check(facts.key.value, facts, plan)
      : CLEAR;
}
