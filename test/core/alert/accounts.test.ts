import { expect, test } from "vitest";
import { buildAccountsAlert } from "#core/alert/accounts";
import { alertMessage } from "#core/alert/message";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { newAccountRecord } from "#core/org/account-record";

const ref = { account: "111122223333", region: "us-east-1" };
const input = { id: "a", now: 0, ref };
const record = (account: string, more: object) => ({ ...newAccountRecord(account), ...more });

test("accounts that a sweep does not reach are one alert, with what to do", () => {
  const lost = record("222222222222", { name: "pay\nments", enrolment: "not enrolled", why: "denied" });
  const far = record("333333333333", { enrolment: "enrolled", notOptedIn: ["ap-east-1"] });
  const away = record("444444444444", { enrolment: "unreachable" });
  const changed = [
    { record: lost, before: null },
    { record: far, before: "suspended" },
    { record: away, before: null },
    { record: record("555555555555", {}), before: "suspended" },
  ];
  const alert = buildAccountsAlert({ ...input, records: [lost, far, away], changed });
  expect(alertSchema.parse(alert)).toEqual(alert);
  expect(alert).toMatchObject({ outcome: "unreadable", severity: "medium", bucket: null });
  expect(alert.accounts?.counts).toEqual({ enrolled: 1, "not enrolled": 1, unreachable: 1, suspended: 0 });
  expect(alert.reasons).toEqual([
    "222222222222 pay\\u{a}ments: not enrolled (denied)",
    "333333333333: enrolled, not opted in to ap-east-1, before: suspended",
    "444444444444: unreachable",
    "555555555555: not tried yet, before: suspended",
  ]);
  expect(alert.next).toHaveLength(2);
  expect(alertMessage(alert).subject).toBe(
    "[medium] Bucketseal: 4 accounts changed, 2 not reached in 111122223333 us-east-1",
  );
  expect(alertText(alert)).toContain(
    "Since the last sweep 4 accounts have changed. Now: 1 enrolled, 1 not enrolled, 1 unreachable, 0 suspended.",
  );
});

test("that an account is enrolled again is good news, and a thousand changes are twenty names", () => {
  const back = record("222222222222", { enrolment: "enrolled" });
  const one = buildAccountsAlert({ ...input, records: [back], changed: [{ record: back, before: "not enrolled" }] });
  expect(one).toMatchObject({
    outcome: "left alone",
    severity: "info",
    next: ["See all accounts: bucketseal org status"],
  });
  expect(alertText(one)).toContain("Since the last sweep 1 account has changed. Now: 1 enrolled");
  expect(alertMessage(one).subject).toContain("1 account changed, 0 not reached");
  const changed = Array.from({ length: 1_000 }, (_, at) => ({ record: record(String(at), {}), before: null }));
  const many = buildAccountsAlert({ ...input, records: [], changed });
  expect([many.accounts?.changed, many.accounts?.samples.length, many.reasons.length]).toEqual([1_000, 20, 20]);
});
