import type { ObjectPlan } from "#core/decide/object/plan";
import type { FactError } from "#core/fact";
import { parseKmsArn } from "#core/key/arn";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";
import { refusal } from "./refusal.ts";

/**
 * The outcome and reason of S3's refusal to write an object. If S3 could not use a key, the object
 * is held for the same reason as after DescribeKey: S3 returns KMS errors with a prefix and the
 * key's ARN in the message. A plain AccessDenied is attributed to a key of another account.
 * Otherwise it is an ordinary refusal.
 *
 * @param account - the account of the bucket
 */
export function objectRefusal(
  { before, after }: ObjectPlan,
  account: string,
  error: FactError,
): readonly [Outcome, Reason] {
  const message = safe(error.message);
  const code = KMS_ERRORS[error.name];
  if (code !== undefined && before?.key !== undefined && error.message.includes(before.key)) {
    return ["held", { code: "source-key-unusable", text: `the object's own key cannot be used: ${message}` }];
  }
  if (code !== undefined && after?.key !== undefined && error.message.includes(after.key)) {
    return ["held", { code, text: `the declared key cannot be used: ${message}` }];
  }
  const refused = refusal(error);
  const owner = parseKmsArn(before?.key ?? "")?.account;
  const isForeign = owner !== undefined && owner !== account;
  if (refused[0] === "failed" && error.name === "AccessDenied" && isForeign) {
    const text = `S3 refused the write, and the object's own key belongs to account ${owner}: ${message}`;
    return ["held", { code: "source-key-unusable", text }];
  }
  return refused;
}

// --- internal ---

const KMS_ERRORS: Readonly<Record<string, ReasonCode>> = {
  "KMS.DisabledException": "key-disabled",
  "KMS.KMSInvalidStateException": "key-disabled",
  "KMS.NotFoundException": "key-missing",
};
