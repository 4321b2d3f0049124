import { isRetryable, nameOf, RetryableError } from "#aws/error";

/** Throws `RetryableError` for what may pass. */
export async function retryably<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isRetryable(error)) throw new RetryableError(`the ledger: ${nameOf(error)}`, { cause: error });
    throw error;
  }
}

// --- internal ---

export async function conditionally(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (nameOf(error) === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
