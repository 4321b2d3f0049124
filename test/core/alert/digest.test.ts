import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyWindow,
  isQuiet,
  isShown,
  isTelling,
  MAX_SAMPLES,
  type ObjectWindow,
  tellingReason,
  withRekeying,
  withResult,
} from "#core/alert/digest";
import type { Actor } from "#core/event/trigger";
import type { ObjectResult } from "#core/object/result";
import type { Outcome } from "#core/outcome";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { object, trigger } from "../../support/core/object-world.ts";

const from = "2026-11-21T08:00:00.000Z";
const to = "2026-11-21T08:01:00.000Z";
const empty = emptyWindow(from, to);

const reason = (code: ReasonCode, text: string = code): Reason => ({ code, text });

function result(outcome: Outcome, ...reasons: Reason[]): ObjectResult {
  return { outcome, how: null, rule: "baseline", mode: "enforce", reasons, before: null, after: null, movedBytes: 0 };
}

const named = (key: string, versionId?: string) => ({
  ...object,
  key,
  ...(versionId === undefined ? {} : { versionId }),
});
const actor = (session: string): Actor => ({ ...trigger.actor, session });
const by = (...sessions: string[]) => sessions.map((session) => ({ ...trigger, actor: actor(session) }));
const outcomes: Outcome[] = [
  "left alone",
  "reported",
  "changed",
  "held",
  "contested",
  "unreadable",
  "exempt",
  "superseded",
  "gone",
  "failed",
];

describe("a window's digest", () => {
  test("is empty at first", () => {
    expect(emptyWindow(from, to)).toEqual({
      from,
      to,
      counts: {},
      reasons: {},
      rules: [],
      actors: [],
      rekeyed: 0,
      samples: [],
    });
    expect(isQuiet(empty)).toBe(true);
  });

  test("counts an object's outcome, reason, rule and actor, and shows it as a sample", () => {
    const changed = result("changed", reason("algorithm-differs", "algorithm: AES256, declared aws:kms"));
    expect(withResult(empty, named("a", "v1"), changed, by("s", "t", "s"))).toEqual({
      from,
      to,
      counts: { changed: 1 },
      reasons: { "algorithm-differs": 1 },
      rules: ["baseline"],
      actors: [actor("s"), actor("t")],
      rekeyed: 0,
      samples: [{ key: "a", versionId: "v1", outcome: "changed", reason: "algorithm: AES256, declared aws:kms" }],
    });
  });

  test("adds up, and counts a reason once per object", () => {
    const held = result(
      "held",
      reason("algorithm-differs"),
      reason("object-locked", "1"),
      reason("object-locked", "2"),
    );
    const window = [held, held, result("changed")].reduce((sum, each) => withResult(sum, object, each, []), empty);
    expect(window).toMatchObject({
      counts: { held: 2, changed: 1 },
      reasons: { "algorithm-differs": 2, "object-locked": 2 },
      rules: ["baseline"],
      actors: [],
    });
    expect(window.samples.at(-1)).toEqual({ key: object.key, versionId: null, outcome: "changed", reason: null });
    expect(isQuiet(window)).toBe(false);
  });

  test("names no rule if none applied", () => {
    expect(withResult(empty, object, { ...result("unreadable"), rule: null }, []).rules).toEqual([]);
  });

  test.each(outcomes)("an object that was %s is shown, or changes nothing", (outcome) => {
    const isTold = !["left alone", "exempt", "gone"].includes(outcome);
    expect(isShown(result(outcome))).toBe(isTold);
    expect(withResult(empty, object, result(outcome), by("s")) === empty).toBe(!isTold);
  });

  test("counts re-keyed objects, with the key", () => {
    const foreign = withRekeying(
      empty,
      named("a"),
      { kind: "foreign-key", key: "arn:k" },
      { ...trigger, actor: actor("s") },
    );
    expect(foreign).toEqual({
      ...empty,
      rekeyed: 1,
      actors: [actor("s")],
      samples: [{ key: "a", versionId: null, outcome: "re-keyed", reason: "under arn:k" }],
    });
    expect(isQuiet(foreign)).toBe(false);
    const both = withRekeying(foreign, named("b", "v"), { kind: "customer-key", key: null }, trigger);
    expect(both.rekeyed).toBe(2);
    expect(both.samples[1]).toMatchObject({
      key: "b",
      versionId: "v",
      reason: "a key that only the writer holds (SSE-C)",
    });
  });

  test("shows at most twenty objects, the most informative first, and five actors", () => {
    let window = empty;
    for (let at = 0; at < 30; at++)
      window = withResult(window, named(`changed ${at}`), result("changed"), by(`s${at}`));
    window = withResult(window, named("locked"), result("held"), []);
    window = withRekeying(window, named("taken"), { kind: "customer-key", key: null }, trigger);
    expect(window.counts).toEqual({ changed: 30, held: 1 });
    expect(window.samples).toHaveLength(MAX_SAMPLES);
    expect(window.samples.slice(0, 3).map(({ key }) => key)).toEqual(["taken", "locked", "changed 0"]);
    expect(window.samples.at(-1)?.key).toBe("changed 17");
    expect(window.actors.map(({ session }) => session)).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    expect(MAX_SAMPLES).toBe(20);
  });

  test("ranks outcomes from most to least informative", () => {
    const order = ["failed", "contested", "held", "unreadable", "reported", "changed", "superseded"] as const;
    const shuffled = [...order].reverse();
    const window = shuffled.reduce((sum, outcome) => withResult(sum, object, result(outcome), []), empty);
    expect(window.samples.map(({ outcome }) => outcome)).toEqual(order);
    const nothingToDo = window.samples.filter((sample) => !isTelling(sample)).map(({ outcome }) => outcome);
    expect(nothingToDo).toEqual(["changed", "superseded"]);
  });
});

const anyResults = fc.array(
  fc.record({
    key: fc.string(),
    outcome: fc.constantFrom(...outcomes),
    session: fc.constantFrom("s", "t", "u"),
    rekeyed: fc.boolean(),
    code: fc.constantFrom<ReasonCode[]>("object-locked", "algorithm-differs"),
  }),
  { maxLength: 36 },
);

test("a window's digest is the same in any order, and loses only names beyond twenty", () => {
  fc.assert(
    fc.property(anyResults, (results) => {
      const window = results.reduce<ObjectWindow>(
        (sum, { key, outcome, session, rekeyed, code }) =>
          rekeyed
            ? withRekeying(sum, named(key), { kind: "customer-key", key: null }, { ...trigger, actor: actor(session) })
            : withResult(sum, named(key), result(outcome, reason(code)), by(session)),
        empty,
      );
      const counted = results.filter(({ rekeyed, outcome }) => !rekeyed && isShown(result(outcome)));
      const signs = results.filter(({ rekeyed }) => rekeyed).length;
      const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect(window.rekeyed).toBe(signs);
      expect(total(window.counts)).toBe(counted.length);
      expect(total(window.reasons)).toBe(counted.length);
      expect(window.samples).toHaveLength(Math.min(counted.length + signs, MAX_SAMPLES));
    }),
  );
});

describe("the most informative reason", () => {
  const differs = reason("algorithm-differs");
  const key = reason("key-differs");

  test.each<[Outcome, Reason[], Reason | null]>([
    ["changed", [differs, key, reason("old-version-remains")], differs],
    ["changed", [key, differs], key],
    ["changed", [reason("key-relative"), differs], reason("key-relative")],
    ["changed", [reason("bucket-key-differs"), differs], reason("bucket-key-differs")],
    ["changed", [reason("old-version-remains")], reason("old-version-remains")],
    ["reported", [reason("object-overwritten"), differs, reason("objects-observed")], differs],
    ["held", [differs, key, reason("object-locked")], reason("object-locked")],
    ["held", [reason("alias-moved"), differs, key], reason("alias-moved")],
    ["held", [reason("object-overwritten"), differs, reason("object-locked")], reason("object-locked")],
    ["held", [differs], differs],
    ["failed", [differs, reason("old-version-remains"), reason("integrity-alarm")], reason("integrity-alarm")],
    ["unreadable", [differs, reason("unreadable"), reason("old-version-remains")], reason("unreadable")],
    ["superseded", [differs, reason("object-overwritten")], reason("object-overwritten")],
    ["contested", [], null],
  ])("of what was %s for %j", (outcome, reasons, expected) => {
    expect(tellingReason({ outcome, reasons })).toEqual(expected);
  });
});
