import { describe, expect, test } from "vitest";
import { addCounts, countsOf, differs, noCounts } from "#core/sweep/counts";
import { isComplete, isStale, isUnderWay, mustHalt, newRun, type Run } from "#core/sweep/run";

const NOW = Date.parse("2026-11-27T08:00:00.000Z");
const run: Run = newRun(
  { id: "r1", kind: "push", by: "arn:aws:iam::111122223333:user/dana", message: "m1", to: 3, from: [2] },
  NOW,
);

test("a run begins with nothing listed, done or counted", () => {
  expect(newRun({ id: "r", kind: "sweep", by: "schedule", message: "m" }, NOW)).toEqual({
    id: "r",
    kind: "sweep",
    state: "listing",
    by: "schedule",
    message: "m",
    started: "2026-11-27T08:00:00.000Z",
    touched: "2026-11-27T08:00:00.000Z",
    to: null,
    takesOver: null,
    from: [],
    batches: 0,
    done: 0,
    counts: noCounts,
    resumed: noCounts,
  });
  expect(run).toMatchObject({ to: 3, from: [2] });
});

describe("a look counts as", () => {
  test.each([
    ["left alone", {}],
    ["superseded", {}],
    ["changed", { repaired: 1 }],
    ["reported", { reported: 1 }],
    ["held", { held: 1 }],
    ["contested", { held: 1 }],
    ["unreadable", { unreadable: 1 }],
    ["gone", { gone: 1 }],
    ["exempt", { exempt: 1 }],
    ["failed", { failed: 1 }],
  ] as const)("%s: seen, and %j", (outcome, counts) => {
    expect(countsOf(outcome)).toEqual({ ...noCounts, seen: 1, ...counts });
  });
});

describe("a run is news", () => {
  const some = { ...noCounts, seen: 10, held: 2 };

  test.each([
    ["because something is not as declared, and there was no run before", some, null, true],
    ["because more is held than before", { ...some, held: 3 }, some, true],
    ["because nothing is held any more", { ...noCounts, seen: 10 }, some, true],
    ["not because there are more buckets as declared", { ...some, seen: 11 }, some, false],
    ["not where all is as declared the first time", { ...noCounts, seen: 3 }, null, false],
  ])("%s", (_why, counts, before, expected) => {
    expect(differs(counts, before)).toBe(expected);
  });
});

test("a run is under way until it is done, halted or superseded, and complete once all its batches are done", () => {
  const under = (state: Run["state"]) => isUnderWay({ state });
  expect((["listing", "running", "halted", "done", "superseded"] as const).filter(under)).toEqual([
    "listing",
    "running",
  ]);
  expect(isComplete({ state: "listing", batches: 0, done: 0 })).toBe(false);
  expect(isComplete({ state: "running", batches: 2, done: 1 })).toBe(false);
  expect(isComplete({ state: "running", batches: 2, done: 2 })).toBe(true);
});

test("a run has died where nothing happened to it for five minutes", () => {
  expect(isStale(run, NOW + 5 * 60_000)).toBe(false);
  expect(isStale(run, NOW + 5 * 60_000 + 1)).toBe(true);
});

describe("a push halts", () => {
  const counts = (repaired: number, held: number, failed: number) =>
    addCounts(noCounts, { ...noCounts, repaired, held, failed });

  test.each([
    ["not before ten writes were tried", counts(0, 9, 0), false],
    ["where more than a fifth is held", counts(7, 3, 0), true],
    ["where more than a fifth failed or is held", counts(70, 10, 20), true],
    ["not where a fifth is", counts(8, 1, 1), false],
    ["not where all is well", counts(100, 0, 0), false],
  ])("%s", (_when, found, expected) => {
    expect(mustHalt({ ...run, counts: found })).toBe(expected);
    expect(mustHalt({ ...run, state: "running", counts: found })).toBe(expected);
  });

  test("anew only for what went wrong since a person had it go on", () => {
    const counted = counts(0, 12, 0);
    expect(mustHalt({ ...run, counts: counted, resumed: counted })).toBe(false);
    expect(mustHalt({ ...run, counts: counts(0, 24, 0), resumed: counted })).toBe(true);
  });

  test("only once, and a sweep never", () => {
    const bad = counts(0, 10, 0);
    expect(mustHalt({ ...run, state: "halted", counts: bad })).toBe(false);
    expect(mustHalt({ ...run, kind: "sweep", counts: bad })).toBe(false);
  });
});
