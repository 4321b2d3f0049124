import { isRetryable, nameOf, RetryableError } from "#aws/error";

/**
 * The result of a call to the ledger, whose transient errors become `RetryableError`.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function retryably<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isRetryable(error)) throw new RetryableError(`the ledger: ${nameOf(error)}`, { cause: error });
    throw error;
  }
}
