import { expect, test } from "vitest";
import { isAtWork, isOpen, isStuck, isWhole, newBackfill } from "#core/backfill/backfill";
import { noBackfillCounts, withLookAt } from "#core/backfill/counts";

const ref = { partition: "aws", account: "111122223333", region: "eu-central-1", bucket: "invoices" };
const selection = { prefix: "", versions: "all", since: null, until: null } as const;
const now = Date.parse("2026-11-28T08:00:00.000Z");
const begun = newBackfill({ id: "b1", ref, by: "dana", message: "m1", selection }, now);

test("a backfill begins at the beginning of the list, with nothing counted", () => {
  expect(begun).toMatchObject({ state: "listing", point: null, isListed: false, listed: 0, counts: noBackfillCounts });
  expect(begun.started).toBe("2026-11-28T08:00:00.000Z");
});

test("it is open until it is done, cancelled or has failed, and whole once all batches of the whole list are done", () => {
  const states = ["listing", "running", "paused", "done", "cancelled", "failed"] as const;
  expect(states.filter((state) => isOpen({ state }))).toEqual(["listing", "running", "paused"]);
  expect(states.filter((state) => isAtWork({ state }))).toEqual(["listing", "running"]);
  expect(isWhole({ state: "running", batches: 3, done: 3 })).toBe(true);
  expect(isWhole({ state: "running", batches: 3, done: 2 })).toBe(false);
  expect(isWhole({ state: "listing", batches: 3, done: 3 })).toBe(false);
});

test("it is stuck once nothing has happened for ten minutes", () => {
  expect(isStuck(begun, now + 600_000)).toBe(false);
  expect(isStuck(begun, now + 600_001)).toBe(true);
});

test("looks are counted by outcome, strategy and reason; what needed nothing has no reasons", () => {
  const results = [
    { outcome: "left alone", how: null, reasons: [{ code: "stronger-accepted", text: "" }], movedBytes: 0 },
    { outcome: "changed", how: "update", reasons: [{ code: "key-differs", text: "" }], movedBytes: 0 },
    {
      outcome: "changed",
      how: "copy",
      reasons: [
        { code: "key-differs", text: "a" },
        { code: "key-differs", text: "b" },
      ],
      movedBytes: 7,
    },
  ] as const;
  expect(results.reduce(withLookAt, noBackfillCounts)).toEqual({
    looked: 3,
    outcomes: { "left alone": 1, changed: 2 },
    how: { update: 1, copy: 1 },
    reasons: { "key-differs": 2 },
    movedBytes: 7,
  });
});
