import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { historyOf } from "#core/ledger/history";
import type { Look } from "#core/ledger/look";
import { transition } from "#core/ledger/transition";
import type { Outcome } from "#core/outcome";
import {
  aes,
  aLook,
  anIntent,
  aPlan,
  aState,
  aTrigger,
  at,
  compliant,
  foreign,
  kms,
  NOW,
  wanted,
} from "../../support/core/loop.ts";

const stamp = { now: NOW, id: "id-1" };

/** What a look adds to the history. */
function entryOf(look: Look, outcome: Outcome, plan: Plan) {
  const next = transition(look, outcome, plan, stamp);
  return next === "nothing new" ? "nothing new" : historyOf(look, next, plan, stamp);
}

const quiet = aState({ outcome: "left alone", rule: "baseline", mode: "enforce", observed: kms, policyVersion: 7 });

describe("the history tells", () => {
  test("a repair: what was found, what was written, who is to blame, and its alert", () => {
    const trigger = aTrigger();
    const intent = anIntent({ id: "intent-1", trigger });
    const look = aLook({ found: aState({ ...quiet, intent }), write: "took", wroteAt: NOW, observed: kms });
    expect(entryOf(look, "changed", compliant)).toEqual({
      id: "intent-1",
      at: at(0),
      outcome: "changed",
      was: "left alone",
      rule: "baseline",
      exemption: null,
      mode: "enforce",
      policyVersion: 7,
      before: aes,
      after: wanted,
      actor: trigger.actor,
      event: { eventId: trigger.eventId, eventName: trigger.eventName, eventTime: trigger.eventTime },
      reasons: intent.reasons,
      alert: "intent-1",
      latencyMs: 5000,
    });
  });

  test("a violation that is held, with nothing written", () => {
    expect(entryOf(aLook({ found: quiet }), "held", aPlan({ action: "hold" }))).toMatchObject({
      id: "id-1",
      outcome: "held",
      before: aes,
      after: null,
      alert: "id-1",
    });
  });

  test("a write whose response was lost, and that somebody overwrote, as what it was", () => {
    const intent = anIntent({ id: "intent-1", before: foreign });
    const look = aLook({ found: aState({ ...quiet, intent }), write: "unconfirmed", observed: aes, isRest: true });
    expect(entryOf(look, "superseded", aPlan())).toMatchObject({
      id: "intent-1",
      outcome: "superseded",
      was: "left alone",
      before: foreign,
      after: wanted,
      reasons: [...intent.reasons, expect.stringContaining("whether it took effect is not known")],
      alert: "intent-1",
    });
  });

  test("how a bucket was found first, though nobody is told", () => {
    const first = aLook({ found: aState(), observed: kms, trigger: null });
    expect(entryOf(first, "left alone", compliant)).toMatchObject({
      id: "id-1",
      was: null,
      outcome: "left alone",
      before: kms,
      actor: null,
      event: null,
      alert: null,
      latencyMs: null,
    });
  });

  test.each([
    ["another encryption that is as good", { observed: foreign }, compliant, "left alone"],
    ["another rule", {}, aPlan({ ...compliant, rule: "other" }), "left alone"],
    ["an exemption", {}, aPlan({ ...compliant, verdict: "exempt", exemption: "partner" }), "exempt"],
    ["the end of a bucket", { observed: null }, aPlan({ ...compliant, verdict: "gone", before: null }), "gone"],
  ] as const)("%s", (_what, seen, plan, outcome) => {
    const look = aLook({ found: quiet, observed: kms, ...seen });
    expect(entryOf(look, outcome, plan)).toMatchObject({ outcome, was: "left alone" });
  });
});

describe("the history does not tell", () => {
  test("that a repaired bucket is still as it was repaired", () => {
    const found = aState({ ...quiet, outcome: "changed" });
    expect(entryOf(aLook({ found, observed: kms }), "left alone", compliant)).toBeNull();
  });

  test("a new version of the policy that changes nothing about the bucket", () => {
    expect(entryOf(aLook({ found: quiet, observed: kms, policyVersion: 8 }), "left alone", compliant)).toBeNull();
  });
});
