import { nameOf, RetryableError, statusOf } from "#aws/error";

/** The service that throttled: S3 for the bucket's prefixes, or KMS for the key. */
export type Throttler = "s3" | "kms";

/**
 * Which service throttled a call; `null`: none did. S3 passes KMS's errors on under a prefix; HEAD
 * has no body, so only the status of its 503 shows it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html
 */
export function throttledBy(error: unknown): Throttler | null {
  const cause = error instanceof RetryableError ? error.cause : error;
  const name = nameOf(cause);
  if (OF_KMS.test(name)) return "kms";
  return OF_S3.has(name) || statusOf(cause) === 503 || statusOf(cause) === 429 ? "s3" : null;
}

// --- internal ---

const OF_KMS = /^(KMS\.)?(KMS)?(ThrottlingException|LimitExceededException)$|^KMS\..*Throttl/;
const OF_S3: ReadonlySet<string> = new Set(["SlowDown", "Throttling", "RequestLimitExceeded", "TooManyRequests"]);
