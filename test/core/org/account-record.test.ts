import { expect, test } from "vitest";
import { newAccountRecord } from "#core/org/account-record";

test("of an account that nothing is known of, nothing is said", () => {
  const { account, notOptedIn, ...rest } = newAccountRecord("111122223333");
  expect([account, notOptedIn]).toEqual(["111122223333", []]);
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
});
