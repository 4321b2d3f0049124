import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { transaction } from "#aws/transaction";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
function cancelled(...codes: (string | undefined)[]): Error {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  return Object.assign(new Error("Transaction cancelled"), {
    name: "TransactionCanceledException",
    CancellationReasons,
  });
}

const failing = (error: unknown) => transaction(async () => Promise.reject(error));

test("a transaction that was written held", async () => {
  expect(await transaction(async () => undefined)).toBe(true);
});

test.each([
  ["its condition failed", ["ConditionalCheckFailed", "None"]],
  ["the condition of another item failed", ["None", "ConditionalCheckFailed"]],
  ["one condition failed, and another item was busy", ["TransactionConflict", "ConditionalCheckFailed"]],
])("a transaction did not hold where %s", async (_why, codes) => {
  expect(await failing(cancelled(...codes))).toBe(false);
});

test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
  "a transaction that was cancelled by %s is made again later",
  async (code) => {
    await expect(failing(cancelled("None", code))).rejects.toThrow(RetryableError);
  },
);

test.each([["ValidationError"], ["ItemCollectionSizeLimitExceeded"], [undefined]])(
  "a transaction that was cancelled by %s fails for good",
  async (code) => {
    await expect(failing(cancelled("None", code))).rejects.toMatchObject({ name: "TransactionCanceledException" });
  },
);

test("a transaction that was cancelled without a reason fails for good", async () => {
  const bare = Object.assign(new Error("?"), { name: "TransactionCanceledException" });
  await expect(failing(bare)).rejects.toBe(bare);
});

test("any other error is the caller's", async () => {
  const error = new Error("other");
  await expect(failing(error)).rejects.toBe(error);
});
