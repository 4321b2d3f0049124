import { clear, hazard } from "#core/guard/hazard";
import { keyHazard } from "#core/guard/key-hazard";
import { parseKmsArn } from "#core/key/arn";

/** An AWS managed key works only in its own account. */
export const keyNotShareable = keyHazard(
  "key-not-shareable",
  {
    breaks: "An AWS managed key works in its own account only and cannot be shared: every upload is refused.",
    seen: "The `KeyManager` of `DescribeKey`, and the account in the key's ARN.",
    fix: "Declare a customer managed key.",
  },
  (key, { ref }) => {
    const text = `the declared key ${key.arn} is an AWS managed key of another account, which cannot be shared`;
    return key.manager !== "AWS" || parseKmsArn(key.arn)?.account === ref.account
      ? clear
      : hazard("key-unusable", text);
  },
);
