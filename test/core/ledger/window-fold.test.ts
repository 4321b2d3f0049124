import { describe, expect, test } from "vitest";
import { emptyWindow, type ObjectWindow } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import { isToldOften, repeatedWindows, type ToldWindows, withWindow } from "#core/ledger/telling/window-fold";

const NOW = Date.parse("2026-11-21T08:15:00.000Z");
const HOUR = 3_600_000;
const iso = (time: number) => new Date(time).toISOString();
const ref = { partition: "aws", account: "111122223333", region: "us-east-1", bucket: "invoices" };

const held: ObjectWindow = {
  ...emptyWindow(iso(NOW - 60_000), iso(NOW)),
  counts: { held: 2, reported: 1 },
  reasons: { "algorithm-differs": 3, "log-target": 2 },
  rules: ["baseline", "strict"],
};
const first = withWindow(null, held, "first", NOW);
const often = toldOften(held);

/** What is remembered once a window was told three times. */
function toldOften(window: ObjectWindow): ToldWindows {
  const twice = withWindow(withWindow(null, window, "first", NOW), window, "second", NOW);
  return withWindow(twice, window, "third", NOW);
}

/** Whether a window is counted after `held` was told three times. */
function isCounted(window: ObjectWindow, after = 60_000, unconfirmed: string[] = [], told: ToldWindows | null = often) {
  const now = NOW + after;
  const alert = buildObjectAlert({ id: "next", now, ref, window, unconfirmed });
  return isToldOften(told, window, alert.severity, unconfirmed.length, now);
}

describe("a window", () => {
  test("is counted where the same was told three times lately, in whatever order and however often", () => {
    expect(isCounted(held, 60_000, [], first)).toBe(false);
    expect(isCounted(held, 60_000, [], withWindow(first, held, "second", NOW))).toBe(false);
    expect(isCounted(held)).toBe(true);
    expect(isCounted({ ...held, counts: { reported: 7, held: 1 }, rules: ["strict", "baseline"] })).toBe(true);
    expect(isCounted(held, 2 * HOUR - 1)).toBe(true);
    expect(isCounted(held, 2 * HOUR)).toBe(false);
    expect(isCounted(held, 0, [], null)).toBe(false);
  });

  test.each<[string, Partial<ObjectWindow>, string[]]>([
    ["another outcome", { counts: { held: 2 } }, []],
    ["another reason", { reasons: { "algorithm-differs": 3 } }, []],
    ["another rule", { rules: ["baseline"] }, []],
    ["a change of ours", { counts: { ...held.counts, changed: 1 } }, []],
    ["one that was lost", { counts: { ...held.counts, superseded: 1 } }, []],
    ["a failure", { counts: { ...held.counts, failed: 1 } }, []],
    ["objects that were re-keyed", { rekeyed: 1 }, []],
    ["a repair that nobody confirmed", {}, ["key"]],
  ])("is told with %s, and each time where that is one that must be", (_, change, unconfirmed) => {
    expect(isCounted({ ...held, ...change }, 60_000, unconfirmed)).toBe(false);
  });

  test("is told each time where it is critical", () => {
    const critical = { ...held, reasons: { "integrity-alarm": 1 } };
    expect(isCounted(critical, 1, [], toldOften(critical))).toBe(false);
  });

  test.each(["changed", "superseded", "failed"])("is told each time where something was %s", (outcome) => {
    const window = { ...held, counts: { [outcome]: 1 } };
    expect(isCounted(window, 1, [], toldOften(window))).toBe(false);
  });
});

describe("what is remembered", () => {
  test("is one series for as long as anything in it is heard of, and what it said", () => {
    const next = withWindow(first, { ...held, from: iso(NOW) }, "second", NOW + HOUR);
    expect(next).toMatchObject({ incident: "first", since: held.from, times: 2 });
    expect(next.said).toEqual([{ print: first.said[0]?.print, times: 2, until: iso(NOW + 3 * HOUR) }]);
    const other = withWindow(next, { ...held, counts: { held: 1 } }, "third", NOW + 2 * HOUR);
    expect(other.said.map(({ until }) => until)).toEqual([iso(NOW + 3 * HOUR), iso(NOW + 4 * HOUR)]);
    const late = withWindow(other, { ...held, from: iso(NOW + 9) }, "late", NOW + 5 * HOUR);
    expect(late).toMatchObject({ incident: "late", since: iso(NOW + 9), times: 1 });
    expect(late.said).toHaveLength(1);
  });

  test("is bounded: the newest twenty", () => {
    const many = Array.from({ length: 25 }, (_, at) => ({ ...held, rules: [`rule-${at}`] }));
    const again = [many[24], many[24]].filter((each) => each !== undefined);
    const told = [...many, ...again].reduce<ToldWindows | null>(
      (known, each) => withWindow(known, each, "id", NOW),
      null,
    );
    expect(told?.said).toHaveLength(20);
    expect(isCounted({ ...held, rules: ["rule-24"] }, 0, [], told)).toBe(true);
    expect(isCounted({ ...held, rules: ["rule-4"] }, 0, [], told)).toBe(false);
  });
});

describe("an alert about windows told together", () => {
  test("says how many and since when; another one does not", () => {
    const together = { ...held, windows: 4 };
    expect(repeatedWindows(null, together)).toBeUndefined();
    expect(repeatedWindows(first, held)).toBeUndefined();
    const repeated = repeatedWindows({ ...first, times: 5 }, together);
    const folded = [{ actor: null, count: 4, from: held.from, to: held.to, changes: [] }];
    expect(repeated).toEqual({ incident: "first", times: 5, since: held.from, folded });
    const reasons = (window: ObjectWindow, said: typeof repeated) =>
      buildObjectAlert({ id: "x", now: NOW, ref, window, unconfirmed: [], repeated: said }).reasons;
    expect(reasons(together, repeated).slice(0, -1)).toEqual(reasons(held, undefined));
    expect(reasons(together, repeated).at(-1)).toBe(
      `told before, and counted between ${held.from} and ${held.to} instead of told in 4 alerts`,
    );
    const one = repeatedWindows(first, { ...held, windows: 1 });
    expect(reasons(held, one).at(-1)).toMatch(/ instead of told in one alert$/);
  });
});
