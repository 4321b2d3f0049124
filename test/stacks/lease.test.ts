import { expect, test } from "vitest";
import { LEASE_SECONDS } from "#core/ledger/lease";
import { BUCKET_TIMEOUT, FUNCTION_TIMEOUT } from "../../stacks/parts/timeouts.ts";

test("a lease outlives every run of its holder, and the message is redelivered only after it", () => {
  expect(FUNCTION_TIMEOUT.toSeconds()).toBeLessThan(LEASE_SECONDS);
  expect(LEASE_SECONDS).toBeLessThan(BUCKET_TIMEOUT.toSeconds());
});
