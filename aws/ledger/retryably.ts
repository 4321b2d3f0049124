import { orRetryable } from "#aws/error";

/**
 * The result of a call to the ledger, whose transient errors become `RetryableError`.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export function retryably<T>(call: () => Promise<T>): Promise<T> {
  return orRetryable("the ledger", call);
}
