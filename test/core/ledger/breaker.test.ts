import { describe, expect, test } from "vitest";
import {
  type Breaker,
  breakerAfter,
  contestedReason,
  type Found,
  forbids,
  type Writes,
  withWrite,
} from "#core/ledger/breaker";
import { at, NOW } from "../../support/core/loop.ts";
import { openBreaker } from "../../support/core/open-breaker.ts";

const limits = { writes: 3, within: 600, coolDown: 600 };
const moment = { now: NOW, limits, theirs: ["ci"], ours: "arn:role" };
const open = openBreaker;

describe("the breaker", () => {
  test.each<[string, Writes, Breaker | null]>([
    ["is closed at first", {}, null],
    ["is closed after two writes", { writes: [at(-500), at(-1)] }, null],
    ["does not count what is too long ago", { writes: [at(-600), at(-500), at(-1)] }, null],
    ["does not count own retries", { writes: [at(-1)], unverified: [at(-4), at(-3), at(-2)] }, null],
    ["stays open", { breaker: open }, open],
    ["lets a trial pass once its time has come", { breaker: { ...open, until: at(0) }, writes: [at(-601)] }, null],
  ])("%s", (_, known, breaker) => {
    expect(forbids(known, moment)).toEqual(breaker);
  });

  test("opens after three writes, and names both", () => {
    const opened = forbids({ writes: [at(-300), at(-200), at(-100)] }, moment);
    expect(opened).toEqual({ ...open, openedAt: at(0), until: at(600) });
    expect(contestedReason(opened as Breaker).text).toBe(
      `arn:role wrote 3 times, and ci undid it: the breaker is open since ${at(0)}, and nothing is written until ${at(600)}`,
    );
  });

  test("opens after twice as many that nobody ever saw, though nobody is known who undid them", () => {
    const unverified = [6, 5, 4, 3, 2, 1].map((seconds) => at(-seconds));
    const opened = forbids({ unverified }, { ...moment, theirs: [] });
    expect(opened).toMatchObject({ theirs: [], writes: 6 });
    expect(contestedReason(opened as Breaker).text).toContain("and somebody whom no event names undid it");
  });

  test.each<[string, Partial<Breaker>, Writes, number]>([
    ["that was undone", { trialAt: at(-5), until: at(595) }, {}, 1200],
    ["of many that were never seen", { until: at(-1) }, { unverified: Array(6).fill(at(-2)) }, 1200],
    ["up to a day", { trialAt: at(-5), until: at(595), coolDown: 80_000 }, {}, 86_400],
  ])("opens again after a trial %s, for longer", (_, changes, writes, coolDown) => {
    const breaker = { ...open, ...changes };
    const again = forbids({ ...writes, breaker }, { ...moment, theirs: ["alice"] });
    expect(again).toEqual({
      ...open,
      until: at(coolDown),
      coolDown,
      theirs: ["alice", "ci"],
      writes: 4,
    });
  });

  test("remembers no more of others than three names", () => {
    const many = { ...moment, theirs: ["a", "b", "c", "d"] };
    expect(forbids({ writes: [at(-3), at(-2), at(-1)] }, many)?.theirs).toEqual(["a", "b", "c"]);
  });
});

describe("after a look the breaker", () => {
  const found: Found = { now: NOW, limits, wroteAt: null, isCompliant: false };
  const due = { ...open, until: at(-1) };
  const trial = { ...due, trialAt: at(-601) };

  test.each<[string, Breaker, Partial<Found>, Breaker | null]>([
    [
      "waits for the end of a trial that was written",
      due,
      { wroteAt: at(0) },
      { ...due, trialAt: at(0), until: at(600) },
    ],
    ["is as before while its time has not come", open, { isCompliant: true }, open],
    ["does not take an earlier write for a trial", open, { wroteAt: at(-1) }, open],
    [
      "waits for a window where there is nothing to try",
      due,
      { isCompliant: true },
      { ...due, trialAt: at(0), until: at(600) },
    ],
    ["is closed once the bucket stayed as declared", trial, { isCompliant: true }, null],
    ["waits for the next write where something else prevents it", trial, {}, { ...trial, trialAt: null }],
  ])("%s", (_, breaker, changes, after) => {
    expect(breakerAfter(breaker, { ...found, ...changes })).toEqual(after);
  });
});

test("writes are remembered as long as they count, and never more than forty", () => {
  expect(withWrite(undefined, at(0), limits)).toEqual([at(0)]);
  expect(withWrite([at(-600), at(-599)], at(0), limits)).toEqual([at(-599), at(0)]);
  expect(withWrite(Array(60).fill(at(-1)), at(0), limits)).toHaveLength(40);
});
