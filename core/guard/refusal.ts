import type { ObjectPlan } from "#core/decide/object/plan";
import type { FactError } from "#core/fact";
import { parseKmsArn } from "#core/key/arn";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * What a refused write of an object comes to: a key that S3 could not use is held under the reason that a look at the key would have given, an
 * explicit deny is somebody's decision, and the rest is a failure that a person has to see. S3 answers KMS's errors under a prefix,
 * with the key's ARN in the message, and every missing permission as one AccessDenied. A right that the message names is said first: the names
 * before it are long, and an alert shows only the beginning of a reason.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 *
 * @param account - the bucket's
 */
export function refusedWrite(
  { before, after }: ObjectPlan,
  account: string,
  error: FactError,
): readonly [Outcome, Reason] {
  const name = safe(error.name);
  const message = safe(error.message);
  const code = KMS_ERRORS[error.name];
  const right = /not authorized to perform: (\w+:\w+)/.exec(error.message)?.[1];
  if (code !== undefined && before?.key !== undefined && error.message.includes(before.key)) {
    return ["held", { code: "source-key-unusable", text: `the object's own key cannot be used: ${message}` }];
  }
  if (code !== undefined && after?.key !== undefined && error.message.includes(after.key)) {
    return ["held", { code, text: `the declared key cannot be used: ${message}` }];
  }
  if (/explicit deny/i.test(error.message)) {
    const text = `${right ?? "the write"} is denied by somebody else's policy: ${message}`;
    return ["held", { code: "managed-elsewhere", text }];
  }
  const owner = parseKmsArn(before?.key ?? "")?.account;
  if (error.name === "AccessDenied" && owner !== undefined && owner !== account) {
    const text = `S3 refused the write, and the object's own key belongs to account ${owner}: ${message}`;
    return ["held", { code: "source-key-unusable", text }];
  }
  const want = right === undefined ? "" : ` for want of ${right}`;
  return ["failed", { code: "write-refused", text: `S3 refused the write${want}: ${name}: ${message}` }];
}

// --- internal ---

const KMS_ERRORS: Readonly<Record<string, ReasonCode>> = {
  "KMS.DisabledException": "key-disabled",
  "KMS.KMSInvalidStateException": "key-disabled",
  "KMS.NotFoundException": "key-missing",
};
