import { describe, expect, test } from "vitest";
import { dueBackfill } from "#core/backfill/due";
import { backfillMessage, windowStart } from "#core/backfill/messages";
import { policySchema, type Rule } from "#core/policy/policy";

const DAY = 86_400_000;
const ref = { partition: "aws", account: "111122223333", region: "us-east-1", bucket: "invoices" };
const right = { verdict: "compliant", declaredKey: "arn:aws:kms:us-east-1:111122223333:alias/a" } as const;
const begin = Date.parse("2026-11-01T00:00:00Z");

function ruleWith(objects: object, more: object = {}): Rule {
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
  const rule = { id: "r", match: { buckets: ["*"] }, encryption, mode: "enforce", objects, ...more };
  const key = "arn:aws:kms:us-east-1:111122223333:alias/a";
  return policySchema.parse({ version: 1, keys: { default: key }, rules: [rule] }).rules[0] as Rule;
}

const monthly = ruleWith({ atRest: "enforce", versions: "all", backfillEvery: "30d" });

/** The ids that daily sweeps ask for, a day each; `null`: none. */
function daily(bucket: string, rule: Rule, days: number): (string | null)[] {
  return Array.from(
    { length: days },
    (_, day) => dueBackfill({ bucket }, right, rule, begin + day * DAY)?.window.id ?? null,
  );
}

describe("a backfill that a rule asks for time and again", () => {
  test("is due for two days in each of a bucket's periods, under one id", () => {
    const asked = daily("invoices", monthly, 90).filter((id) => id !== null);
    expect(asked).toHaveLength(6);
    expect(new Set(asked).size).toBe(3);
  });

  test("is due every day where that is the period, under another id each time", () => {
    const often = daily("invoices", ruleWith({ atRest: "observe", backfillEvery: "1d" }), 10);
    expect(new Set(often).size).toBe(10);
    expect(often).not.toContain(null);
  });

  test("is due for each of many buckets at a time of its own", () => {
    const firsts = Array.from({ length: 300 }, (_, at) =>
      daily(`bucket-${at}`, monthly, 31).findIndex((id) => id !== null),
    );
    const most = Math.max(...Array.from({ length: 31 }, (_, day) => firsts.filter((first) => first === day).length));
    expect(firsts).not.toContain(-1);
    expect(most).toBeLessThan(60);
  });

  test("has another id once the rule or its key is another", () => {
    const daysOf = (rule: Rule, declaredKey = "k") =>
      dueBackfill(ref, { ...right, declaredKey }, rule, begin)?.window.id.split("-")[2];
    const every = { atRest: "enforce", backfillEvery: "1d" };
    const ids = [
      daysOf(ruleWith(every)),
      daysOf(ruleWith(every), "other"),
      daysOf(ruleWith({ ...every, versions: "all" })),
      daysOf(ruleWith(every, { encryption: { algorithm: "AES256" } })),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(daysOf(ruleWith(every))).toBe(ids[0]);
  });

  test("reaches back to the first object, with the versions of the rule, and is a message that is read", () => {
    const rule = ruleWith({ atRest: "enforce", versions: "all", backfillEvery: "2d" });
    const due = dueBackfill(ref, right, rule, begin);
    expect(due).toMatchObject({ window: { kind: "due", from: null, to: "2026-11-01T00:00:00.000Z" }, versions: "all" });
    if (due === null) return;
    const message = windowStart(ref, "role", due.window, due.versions);
    expect(backfillMessage.parse(JSON.parse(JSON.stringify(message)))).toMatchObject({ since: null, versions: "all" });
  });

  test.each([
    ["a rule that says nothing of it", right, ruleWith({ atRest: "enforce" })],
    ["a rule without objects", right, ruleWith({}, { objects: undefined })],
    ["a rule that is off", right, ruleWith({ atRest: "enforce", backfillEvery: "1d" }, { mode: "off" })],
    [
      "a bucket that is not as declared itself",
      { ...right, verdict: "violation" } as const,
      ruleWith({ atRest: "enforce", backfillEvery: "1d" }),
    ],
  ])("is not due by %s", (_what, plan, rule) => {
    expect(dueBackfill(ref, plan, rule, begin)).toBeNull();
  });
});
