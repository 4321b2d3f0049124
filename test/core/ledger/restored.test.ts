import { describe, expect, test } from "vitest";
import { alertText } from "#core/alert/text";
import { rollbackTrigger } from "#core/event/rollback";
import { exemptBy, type Restoration, restoredReason, withRestored } from "#core/ledger/restored";
import type { Restored } from "#core/ledger/state";
import { transition } from "#core/ledger/transition";
import { aes, aLook, anIntent, aPlan, aState, at, compliant, foreign, kms, NOW } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const dana = "arn:aws:iam::111122223333:user/dana";
const shown = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } as const;
const restored: Restored = { shown, until: at(3600), by: dana, why: "SEC-1421" };
const stamp = { now: NOW, id: "id-1" };

function restoration(changes: Partial<Restoration> = {}): Restoration {
  const trigger = rollbackTrigger("event-9", NOW, dana, shown);
  const what = { ref, id: "event-9", now: NOW, to: "alert-1", before: kms, weaker: [], unverified: null, trigger };
  return { ...restored, ...what, ...changes };
}

describe("a bucket is exempt by what was restored", () => {
  test.each([
    ["while it shows that", aes, restored, NOW, true],
    ["not once its time is over", aes, restored, NOW + 3_600_000, false],
    ["not while it shows anything else", foreign, restored, NOW, false],
    ["not while nobody knows what it shows", null, restored, NOW, false],
    ["not if nothing was", aes, null, NOW, false],
    ["not if the state is older than that", aes, undefined, NOW, false],
  ])("%s", (_when, observed, exemptUntil, now, isExempt) => {
    const state = aState(exemptUntil === undefined ? {} : { exemptUntil });
    expect(exemptBy(state, observed, now)).toEqual(isExempt ? restored : null);
  });

  test("with a reason that says by whom, until when and why", () => {
    expect(restoredReason(restored).text).toBe(`rolled back by ${dana}, and left alone until ${at(3600)}: SEC-1421`);
    expect(restoredReason({ ...restored, why: null }).text).toBe(
      `rolled back by ${dana}, and left alone until ${at(3600)}`,
    );
  });
});

describe("what was restored", () => {
  test("is the bucket's state, an alert to be sent and an entry of its history", () => {
    const found = aState({ outcome: "left alone", rule: "baseline", mode: "enforce", observed: kms, told: "x" });
    const { state, entry } = withRestored(found, restoration({ weaker: ["algorithm: AES256 is weaker than aws:kms"] }));
    expect(state).toMatchObject({
      outcome: "exempt",
      observed: shown,
      since: at(0),
      told: null,
      exemptUntil: restored,
    });
    // A look is due that sends the alert.
    expect(state.due).toBe(state.since);
    expect(state.outbox).toMatchObject({
      alert: { id: "event-9", severity: "high", actor: { type: "IAMUser", arn: dana } },
    });
    expect(entry).toMatchObject({ id: "event-9", was: "left alone", before: kms, after: shown, alert: "event-9" });
    expect(entry.rollback).toEqual({ by: dana, why: "SEC-1421", to: "alert-1", until: restored.until });
  });

  test("is told as a rollback, in the alert's text too", () => {
    const { state } = withRestored(aState(), restoration());
    const text = alertText(state.outbox?.alert as Parameters<typeof alertText>[0]);
    expect(text).toContain("was rolled back to AES256 by a person, and is left alone for a time.");
    expect(text).toMatch(/^After: +AES256/m);
  });

  test("says where nobody could see what came of it", () => {
    const { entry } = withRestored(aState(), restoration({ unverified: "written, not verified" }));
    expect(entry.reasons).toContain("written, not verified");
    expect(entry.mode).toBeNull();
  });
});

describe("the state of a bucket that was rolled back", () => {
  const found = aState({
    ...withRestored(aState({ rule: "baseline", mode: "enforce" }), restoration()).state,
    outbox: null,
  });

  test("stays as it is while it is exempt, and keeps who did it for the time after", () => {
    const look = aLook({ found: { ...found, policyVersion: 7 }, observed: shown, trigger: found.blamed });
    const next = transition(look, "exempt", { ...aPlan(), reasons: [restoredReason(restored)] }, stamp);
    expect(next === "nothing new" ? found : next).toMatchObject({
      outbox: null,
      blamed: { eventId: "event-9" },
      exemptUntil: restored,
    });
  });

  test("is no longer exempt once its time is over", () => {
    const late = { now: NOW + 3_600_000, id: "id-1" };
    const next = transition(aLook({ found, observed: shown }), "held", aPlan({ action: "hold" }), late);
    expect(next).toMatchObject({ exemptUntil: null, due: null });
  });

  test("is no longer exempt once Bucketseal repaired it, since it showed something else", () => {
    const look = aLook({ found: { ...found, intent: anIntent() }, write: "took", wroteAt: NOW, observed: kms });
    expect(transition(look, "changed", compliant, stamp)).toMatchObject({ exemptUntil: null, due: null });
  });

  test("is no longer exempt once it is gone", () => {
    const gone = aPlan({ ...compliant, verdict: "gone", before: null });
    expect(transition(aLook({ found, observed: null }), "gone", gone, stamp)).toMatchObject({ exemptUntil: null });
  });
});
