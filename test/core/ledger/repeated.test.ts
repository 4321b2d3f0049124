import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { forgotten } from "#core/ledger/anew";
import type { Look } from "#core/ledger/look";
import type { BucketState } from "#core/ledger/state";
import { transition } from "#core/ledger/transition";
import type { Outcome } from "#core/outcome";
import { aLook, anIntent, aPlan, aState, aTrigger, at, compliant, foreign, kms, NOW } from "../../support/core/loop.ts";
import { openBreaker } from "../../support/core/open-breaker.ts";
import { person } from "../../support/simulation/simulation.ts";

/** The state after these looks, one after the other, each this many seconds after `NOW`. */
function stateAfter(...looks: readonly (readonly [seconds: number, Outcome, Plan, Partial<Look>?])[]): BucketState {
  let state = aState();
  for (const [seconds, outcome, plan, more = {}] of looks) {
    const found = { ...state, ...more.state };
    const look = aLook({ observed: plan.before, ...more, found, state: found });
    const next = transition(look, outcome, plan, { now: NOW + seconds * 1000, id: `alert-${seconds}` });
    state = next === "nothing new" ? { ...found, outbox: null } : next;
  }
  return state;
}

const change = (id: string, changes: Parameters<typeof anIntent>[0] = {}): Partial<Look> => ({
  state: { intent: anIntent({ id, ...changes }), outbox: null } as BucketState,
  write: "took",
  observed: kms,
});
const quiet: Partial<Look> = { trigger: null, state: { outbox: null } as BucketState };
const observed = aPlan({ mode: "observe", reasons: [{ code: "observe-mode", text: "only observed" }] });

describe("a change like one that was told", () => {
  const twice = stateAfter([0, "changed", compliant, change("one")], [60, "changed", compliant, change("two")]);

  test("has no alert of its own, and the bucket is due when the first one's time is over", () => {
    expect(twice).toMatchObject({ outcome: "changed", outbox: null, due: at(600), writes: [at(-1), at(-1)] });
  });

  test("is told then, with what was changed and by whom", () => {
    const before = foreign;
    const state = stateAfter(
      [0, "changed", compliant, change("one")],
      [60, "changed", compliant, change("two")],
      [90, "changed", compliant, change("three", { before, drift: { algorithm: "aws:kms", from: at(80), key: null } })],
      [600, "left alone", compliant, quiet],
    );
    expect(state).toMatchObject({ outcome: "left alone", due: null });
    expect(state.outbox?.alert).toMatchObject({
      id: "alert-600",
      outcome: "changed",
      rule: "baseline",
      actor: { arn: person("alice").arn },
      before: { key: foreign.key },
      after: { key: kms.key },
      repeated: { incident: "one", times: 3, since: at(0), folded: [{ count: 2, changes: ["two", "three"] }] },
      reasons: [
        expect.stringMatching(/^undone again by .*user\/alice, the 3rd time since /),
        expect.stringMatching(/^objects written between /),
        expect.stringMatching(/^2 more times by .*user\/alice between /),
      ],
    });
  });

  test("is told at once where the bucket is gone", () => {
    const gone = aPlan({ ...compliant, verdict: "gone", before: null });
    const state = stateAfter(
      [0, "changed", compliant, change("one")],
      [60, "changed", compliant, change("two")],
      [61, "gone", gone, quiet],
    );
    expect(state.outbox?.alert).toMatchObject({ repeated: { folded: [{ count: 1, changes: ["two"] }] } });
    expect(state).toMatchObject({ folded: [], writes: [], due: null });
  });

  test("is told by the first look at another bucket of that name", () => {
    const known = forgotten(twice, { eventTime: at(61) });
    const next = transition(aLook({ found: known, observed: kms, trigger: null }), "left alone", compliant, {
      now: NOW + 61_000,
      id: "a",
    });
    expect(next).toMatchObject({ outbox: { alert: { repeated: { folded: [{ changes: ["two"] }] } } } });
    expect(forgotten(stateAfter([0, "changed", compliant, change("one")]), { eventTime: at(61) })).not.toHaveProperty(
      "folded",
    );
  });

  test("is counted for nobody known, too", () => {
    const unknown = { trigger: null };
    const state = stateAfter(
      [0, "changed", compliant, change("one", unknown)],
      [60, "changed", compliant, change("two", unknown)],
      [600, "left alone", compliant, quiet],
    );
    expect(state.outbox?.alert.repeated?.folded).toMatchObject([{ actor: null, changes: ["two"] }]);
    expect(state.outbox?.alert.reasons[0]).toMatch(/^undone again by somebody whom no event names, the 2nd time/);
  });
});

describe("what is only observed and goes to and fro", () => {
  test("is told as it stands when the time is over", () => {
    const aware = { state: { outbox: null } as BucketState };
    const state = stateAfter(
      [0, "reported", observed],
      [60, "left alone", compliant, aware],
      [90, "reported", observed, aware],
      [120, "left alone", compliant, aware],
      [150, "reported", observed, aware],
      [600, "reported", observed, quiet],
    );
    expect(state.outbox?.alert).toMatchObject({
      outcome: "reported",
      actor: { arn: person("alice").arn },
      repeated: { folded: [{ count: 3, changes: [] }] },
    });
    expect(state.outbox?.alert.reasons).toEqual(["only observed", expect.stringMatching(/^3 more times by /)]);
  });

  test("is told as what it is where it ends well", () => {
    const aware = { state: { outbox: null } as BucketState };
    const state = stateAfter(
      [0, "reported", observed],
      [60, "left alone", compliant, aware],
      [90, "reported", observed, aware],
      [90, "left alone", compliant, aware],
      [600, "left alone", compliant, quiet],
    );
    expect(state.outbox?.alert).toMatchObject({ outcome: "left alone", repeated: { folded: [{ count: 2 }] } });
  });
});

describe("an open breaker", () => {
  const breaker = openBreaker;
  const found = aState({ breaker, outcome: "contested" });

  test("is forgotten where Bucketseal would not write anyway", () => {
    const next = transition(aLook({ found }), "reported", observed, { now: NOW, id: "a" });
    expect(next).toMatchObject({ breaker: null });
    expect(next).not.toHaveProperty("due", at(540));
  });

  test("is remembered where the bucket cannot be read", () => {
    const unknown = aPlan({ action: "none", verdict: "unknown", before: null, after: null, mode: "observe" });
    const next = transition(aLook({ found, observed: null }), "unreadable", unknown, { now: NOW, id: "a" });
    expect(next).toMatchObject({ breaker });
  });
});

test("the severity of a rule is that of its alerts, but for what is more severe by itself", () => {
  const held = aPlan({ action: "hold", severity: "low", reasons: [{ code: "stronger", text: "stronger" }] });
  const lost = aPlan({ ...held, reasons: [{ code: "key-disabled", text: "off" }] });
  const severityOf = (outcome: Outcome, plan: Plan) => stateAfter([0, outcome, plan]).outbox?.alert.severity;
  expect([severityOf("held", held), severityOf("held", lost)]).toEqual(["low", "critical"]);
  expect([severityOf("failed", held), severityOf("failed", { ...held, severity: "critical" })]).toEqual([
    "high",
    "critical",
  ]);
  expect(stateAfter([0, "changed", { ...compliant, severity: "high" }, change("one")]).outbox?.alert.severity).toBe(
    "high",
  );
  const tagged = aTrigger({ eventName: "PutBucketTagging" });
  const moved = transition(
    aLook({ found: aState({ outcome: "left alone", rule: "a", policyVersion: 7 }), trigger: tagged }),
    "left alone",
    { ...compliant, severity: "critical" },
    { now: NOW, id: "a" },
  );
  expect(moved).toMatchObject({ outbox: { alert: { severity: "medium" } } });
});
