import { clear, type Hazard, needs, unknown } from "#core/guard/hazard";
import { missingKey } from "#core/key/declared";
import { safe } from "#core/safe";

/**
 * The declared key does not exist, or nobody could read whether it does: see `keyHazard` for the
 * others of a declared key.
 */
export const keyMissing: Hazard = {
  name: "key-missing",
  about: ["bucket", "object"],
  isAcceptable: false,
  texts: {
    breaks: "S3 takes the name of any key and then refuses every upload to the bucket that does not name another one.",
    seen: "`DescribeKey` of the declared key, right before the write. A key that cannot be read holds the write too.",
    fix: "Create the key or the alias in the bucket's account and Region, or correct its name under `keys` in the policy.",
  },
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
