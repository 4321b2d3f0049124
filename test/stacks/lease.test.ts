import { expect, test } from "vitest";
import { LEASE_SECONDS } from "#core/ledger/lease";
import { BUCKET_TIMEOUT, FUNCTION_TIMEOUT } from "../../stacks/parts/timeouts.ts";

test("whoever still holds a bucket when its lease ends is dead, and its message comes back after that", () => {
  expect(FUNCTION_TIMEOUT.toSeconds()).toBeLessThan(LEASE_SECONDS);
  expect(LEASE_SECONDS).toBeLessThan(BUCKET_TIMEOUT.toSeconds());
});
