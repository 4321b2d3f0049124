import { cut, longest } from "#core/cut";
import type { FactError } from "#core/fact";
import { RetryableError } from "#core/retryable";

export { RetryableError };

/**
 * Whether an SDK error is transient, by its name, its HTTP status or the SDK's own classification.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export function isRetryable(error: unknown): boolean {
  const { name, code, $retryable, $metadata } = fields(error);
  // A Region or a store that lacks a header or a call answers so each time.
  if (name === "NotImplemented" || $metadata?.httpStatusCode === 501) return false;
  const isNamed = RETRYABLE.has(name.replace(OF_KMS, "")) || RETRYABLE.has(code);
  if (error instanceof RetryableError || $retryable !== undefined || isNamed) return true;
  const status = $metadata?.httpStatusCode;
  return status !== undefined && (status >= 500 || status === 429);
}

/** Throws `RetryableError` for transient errors; returns the rest as an unknown `Fact`. */
export function unknownOrThrow(error: unknown, what: string): { readonly known: false; readonly error: FactError } {
  if (isRetryable(error)) throw new RetryableError(`${what}: ${messageOf(error)}`, { cause: error });
  const { name, message } = fields(error);
  return { known: false, error: { name, message } };
}

/**
 * The result of an AWS call whose permanent errors are the caller's to handle; transient ones
 * become `RetryableError`. Every call of the functions goes through here, or through
 * `unknownOrThrow`.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function orRetryable<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isRetryable(error)) throw new RetryableError(`${what}: ${messageOf(error)}`, { cause: error });
    throw error;
  }
}

/** `Name: message` of whatever was thrown, cut: it goes into logs, causes and other errors. */
export function messageOf(error: unknown): string {
  const { name, message } = fields(error);
  return cut(`${name}: ${message}`, longest.text);
}

/** The HTTP status of an SDK error; HeadObject's errors say nothing else. */
export function statusOf(error: unknown): number | undefined {
  return fields(error).$metadata?.httpStatusCode;
}

/** `error.name` of an SDK error; `Error` where there is none. */
export function nameOf(error: unknown): string {
  return fields(error).name;
}

// --- internal ---

/** S3 puts this before the names of errors that KMS returned to it. */
const OF_KMS = /^KMS\./;

const RETRYABLE: ReadonlySet<string> = new Set([
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "ProvisionedThroughputExceededException",
  "TransactionConflictException",
  "TransactionInProgressException",
  "LimitExceededException",
  "OverLimit",
  "KmsThrottled",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
  "AbortError",
  "InternalError",
  "InternalFailure",
  "InternalServerError",
  "ServiceUnavailable",
  "OperationAborted",
  "RequestTimeTooSkewed",
  "ExpiredToken",
  "ExpiredTokenException",
  "KMSInternalException",
  "KMSThrottlingException",
  "DependencyTimeoutException",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNRESET",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
]);

interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function fields(error: unknown): ErrorFields {
  const source = (typeof error === "object" && error !== null ? error : {}) as Partial<ErrorFields>;
  return {
    name: source.name ?? "Error",
    message: source.message ?? String(error),
    code: typeof source.code === "string" ? source.code : "",
    ...(source.$retryable === undefined ? {} : { $retryable: source.$retryable }),
    ...(source.$metadata === undefined ? {} : { $metadata: source.$metadata }),
  };
}
