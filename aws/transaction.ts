import { nameOf, RetryableError } from "#aws/error";

/**
 * Makes a transaction of conditional writes; returns whether its conditions held. All of it was
 * written, or nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @throws RetryableError if it met another transaction, or too many writes; whatever else `call`
 *   throws.
 */
export async function transaction(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (nameOf(error) !== "TransactionCanceledException") throw error;
    const codes = codesOf(error);
    if (codes.includes("ConditionalCheckFailed")) return false;
    if (codes.some((code) => TRANSIENT.has(code)))
      throw new RetryableError(`a transaction of the ledger was cancelled: ${codes.join(", ")}`, { cause: error });
    throw error;
  }
}

// --- internal ---

const TRANSIENT: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Why each of the writes was cancelled; `None`: because of another one. */
function codesOf(error: unknown): readonly string[] {
  const { CancellationReasons: reasons = [] } = error as {
    readonly CancellationReasons?: { readonly Code?: string }[];
  };
  return reasons.flatMap(({ Code: code }) => (code === undefined || code === "None" ? [] : [code]));
}
