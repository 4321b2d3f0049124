import { expect, test } from "vitest";
import { newAccountRecord } from "#core/org/account-record";
import { accountsStanding } from "#core/org/accounts-standing";

const record = (account: string, more: object = {}) => ({ ...newAccountRecord(account), ...more });

test("what is told once is not told again, and that an account is as it should be again is news", () => {
  const lost = record("1", { enrolment: "not enrolled" });
  const far = record("2", { enrolment: "enrolled", notOptedIn: ["ap-east-1", "af-south-1"] });
  const both = record("3", { enrolment: "suspended", notOptedIn: ["ap-east-1"] });
  const well = record("4", { enrolment: "enrolled" });
  const first = accountsStanding([lost, far, both, well, record("5")], {});
  expect(first.standing).toEqual({
    1: "not enrolled",
    2: "not opted in: ap-east-1, af-south-1",
    3: "suspended; not opted in: ap-east-1",
  });
  expect(first.changed.map(({ record: { account }, before }) => [account, before])).toEqual([
    ["1", null],
    ["2", null],
    ["3", null],
  ]);
  expect(accountsStanding([lost, far, both, well], first.standing).changed).toEqual([]);
  const back = { ...lost, enrolment: "enrolled" as const };
  const { standing, changed } = accountsStanding([back, far, both, well], first.standing);
  expect(changed).toEqual([{ record: back, before: "not enrolled" }]);
  expect(standing).not.toHaveProperty("1");
});
