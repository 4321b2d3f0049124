import type { FactError } from "#core/fact";
import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * The outcome and reason of S3's refusal to write a bucket or an object. An explicit deny, or a
 * control policy of the organization that does not allow it, is someone's decision (Control Tower,
 * say), so the write is held: Bucketseal neither retries nor fights it. Anything else failed, and a
 * person has to see it. A missing permission named in the message comes first: the ARNs before it
 * are long, and an alert shows only the beginning of a reason.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 *
 * @param max - the longest part of S3's message to show
 */
export function refusal({ name, message }: FactError, max?: number): readonly [Outcome, Reason] {
  const permission = /not authorized to perform: (\w+:\w+)/.exec(message)?.[1];
  const shown = safe(message, max);
  if (ELSEWHERE.test(message)) {
    const text = `${permission ?? "the write"} is denied by somebody else's policy: ${shown}`;
    return ["held", { code: "managed-elsewhere", text }];
  }
  const want = permission === undefined ? "" : ` for lack of ${permission}`;
  return ["failed", { code: "write-refused", text: `S3 refused the write${want}: ${safe(name)}: ${shown}` }];
}

// --- internal ---

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const ELSEWHERE = /explicit deny|no (?:service|resource) control policy allows/i;
