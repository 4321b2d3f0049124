import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Look } from "#core/ledger/look";
import { type BucketState, unseen } from "#core/ledger/state";
import { transition } from "#core/ledger/transition";
import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
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
import { keyArn } from "../../support/core/world.ts";
import { person } from "../../support/simulation/simulation.ts";

const stamp = { now: NOW, id: "alert-1" };
const held = aPlan({ action: "hold", reasons: [{ code: "key-disabled", text: "the key is off" }] });
const unknown = aPlan({ action: "none", verdict: "unknown", before: null, after: null, rule: null, mode: "observe" });

/** What the ledger says after the look; `null`: nothing new. */
function next(given: Partial<Look>, outcome: Outcome, judged: Plan): BucketState | null {
  const said = transition(aLook(given), outcome, judged, stamp);
  return said === "nothing new" ? null : said;
}

/** What is reported after one look, if the previous outcome was `first`. */
function stateAfter(first: Outcome, judged: Plan, more: Partial<Look> = {}) {
  const before = transition(aLook({ observed: judged.before, ...more }), first, judged, {
    now: NOW - 60_000,
    id: "alert-0",
  });
  return { ...(before === "nothing new" ? unseen : before), outbox: null };
}

describe("a drift", () => {
  const drift = { algorithm: "aws:kms", from: at(-60), key: foreign.key ?? null };
  const found = aState({ intent: anIntent({ before: foreign, drift }), driftWindows: [] });

  test("ends with the write that is confirmed", () => {
    const done = next({ found, write: "took", observed: kms }, "changed", compliant);
    expect(done?.driftWindows).toEqual([{ ...drift, to: at(300) }]);
    expect(done?.reasons.at(-1)).toMatch(/^objects written between .*: to be backfilled$/);
    expect(done?.outbox?.alert.next[0]).toMatch(/^Re-encrypt the objects written to invoices in that time/);
  });

  test("goes on if the write had no effect", () => {
    expect(next({ found, write: "ended", observed: foreign }, "failed", aPlan())?.driftWindows).toEqual([]);
  });

  test("that ended before is kept", () => {
    const earlier = { ...drift, from: at(-900), to: at(-600) };
    const known = { ...found, driftWindows: [earlier] };
    expect(next({ found: known, observed: foreign }, "held", held)?.driftWindows).toEqual([earlier]);
    const done = next({ found: known, write: "took", observed: kms }, "changed", compliant);
    expect(done?.driftWindows).toEqual([earlier, { ...drift, to: at(300) }]);
  });
});

describe("after a look the ledger records", () => {
  test("everything about a violation, with its alert", () => {
    const found = aState({ settleUntil: at(-1), lastWriteAt: at(-99), triggers: [] });
    expect(next({ found, observed: aes }, "held", held)).toEqual({
      ...found,
      outcome: "held",
      rule: "baseline",
      exemption: null,
      mode: "enforce",
      observed: aes,
      reasons: ["the key is off"],
      since: at(0),
      policyVersion: 7,
      told: expect.any(String),
      blamed: aTrigger(),
      intent: null,
      outbox: { alert: expect.objectContaining({ id: "alert-1", outcome: "held" }), owner: "look-1", expires: at(60) },
      settleUntil: null,
      lastWriteAt: at(-99),
      folded: [expect.objectContaining({ actor: person("alice").arn, rule: "baseline", times: 1, untold: null })],
    });
  });

  test("nothing new if nothing is", () => {
    const found = { ...stateAfter("left alone", compliant), rev: 3 };
    expect(transition(aLook({ found, observed: kms }), "left alone", compliant, stamp)).toBe("nothing new");
  });

  test("new events if nothing else is new", () => {
    const found = stateAfter("left alone", compliant);
    const seen = { ...found, triggers: [{ eventId: "2", eventName: "TagResource", eventTime: at(0), actor: null }] };
    expect(next({ found, state: seen, observed: kms }, "left alone", compliant)).toEqual({ ...seen, outbox: null });
  });

  test("the last known rule if none can be determined now", () => {
    const found = stateAfter("left alone", aPlan({ ...compliant, exemption: "partner" }));
    expect(next({ found, observed: null }, "unreadable", unknown)).toMatchObject({
      outcome: "unreadable",
      rule: "baseline",
      exemption: "partner",
      mode: "enforce",
      observed: null,
    });
    expect(next({ found }, "unreadable", aPlan({ ...unknown, rule: "other" }))).toMatchObject({
      rule: "other",
      mode: "observe",
    });
    expect(next({ found }, "left alone", aPlan({ ...unknown, verdict: "unmanaged" }))).toMatchObject({ rule: null });
  });

  test.each<[Outcome, boolean]>([
    ["reported", true],
    ["held", true],
    ["contested", true],
    ["failed", true],
    ["unreadable", false],
    ["left alone", false],
    ["exempt", false],
    ["gone", false],
    ["superseded", false],
  ])("who is blamed for a bucket that was %s: %s", (outcome, isBlamed) => {
    expect(next({}, outcome, held)?.blamed).toEqual(isBlamed ? aTrigger() : null);
  });
});

describe("the time since when an outcome applies", () => {
  test("is kept while the outcome is the same", () => {
    const found = stateAfter("left alone", compliant);
    const renamed = aPlan({ ...compliant, rule: "renamed" });
    expect(next({ found, observed: kms }, "left alone", renamed)).toMatchObject({ rule: "renamed", since: at(-60) });
  });

  test("is now if the outcome changed, or something new was alerted", () => {
    const found = stateAfter("held", held);
    expect(next({ found }, "left alone", compliant)?.since).toBe(at(0));
    expect(next({ found }, "held", aPlan({ ...held, before: foreign }))?.since).toBe(at(0));
  });
});

describe("an alert is sent", () => {
  const text = (changes: Partial<Reason>): Plan =>
    aPlan({ ...held, reasons: [{ code: "key-disabled", text: "the key is off", ...changes }] });

  test.each<[Outcome, boolean]>([
    ["reported", true],
    ["held", true],
    ["contested", true],
    ["unreadable", true],
    ["failed", true],
    ["left alone", false],
    ["exempt", false],
    ["gone", false],
    ["superseded", false],
  ])("for a bucket that was %s: %s", (outcome, isTold) => {
    expect(next({}, outcome, held)?.outbox !== null).toBe(isTold);
  });

  test.each<[string, Outcome, Plan, boolean]>([
    ["the same", "held", held, false],
    ["the same in other words", "held", text({ text: "the key has been off for 9 s" }), false],
    ["another reason", "held", text({ code: "key-missing" }), true],
    ["another outcome", "failed", held, true],
    ["another rule", "held", aPlan({ ...held, rule: "other" }), true],
    ["another exemption", "held", aPlan({ ...held, exemption: "partner" }), true],
    ["another algorithm", "held", aPlan({ ...held, before: { ...aes, algorithm: "aws:kms" } }), true],
    ["another key", "held", aPlan({ ...held, before: { ...aes, key: keyArn(3) } }), true],
    ["another bucket key", "held", aPlan({ ...held, before: { ...aes, bucketKey: true } }), true],
    ["another state of SSE-C", "held", aPlan({ ...held, before: { ...aes, sseC: "NONE" } }), true],
    ["another wish", "held", aPlan({ ...held, after: { ...wanted, bucketKey: false } }), true],
    ["no wish", "held", aPlan({ ...held, after: null }), true],
  ])("after one that said held, for %s: %s", (_, outcome, judged, isTold) => {
    const found = stateAfter("held", held);
    const told = next({ found, policyVersion: 8 }, outcome, judged);
    expect(told?.policyVersion).toBe(8);
    expect(told?.outbox !== null).toBe(isTold);
  });

  test("once for the return to the declared state", () => {
    const found = stateAfter("held", held);
    const back = next({ found, observed: kms }, "left alone", compliant);
    expect(back?.outbox?.alert).toMatchObject({ outcome: "left alone", reasons: ["no longer held"] });
    expect(back).toMatchObject({ told: null, reasons: ["no longer held"] });
    const again = next({ found: { ...(back ?? unseen), outbox: null }, observed: kms }, "left alone", compliant);
    expect(again).toMatchObject({ outbox: null, since: at(0) });
  });

  test.each<[string, Outcome]>([
    ["exempt", "exempt"],
    ["gone", "gone"],
  ])("for the return to %s", (_, outcome) => {
    expect(next({ found: stateAfter("reported", held) }, outcome, compliant)?.outbox?.alert.reasons).toEqual([
      "no longer reported",
    ]);
  });

  test("not for the return from a change, which had an alert of its own", () => {
    const found = {
      ...stateAfter("changed", aPlan(), { found: aState({ intent: anIntent() }), write: "took" }),
      told: null,
    };
    expect(next({ found, observed: kms }, "left alone", compliant)?.outbox).toBeNull();
  });

  test("again for a new violation", () => {
    const back = next({ found: stateAfter("held", held), observed: kms }, "left alone", compliant);
    expect(next({ found: { ...(back ?? unseen), outbox: null } }, "held", held)?.outbox).not.toBeNull();
  });

  test("for a change by us after another alert, with an alert of its own", () => {
    const found = { ...stateAfter("reported", held), intent: anIntent() };
    const changed = next({ found, write: "took", observed: kms }, "changed", aPlan());
    expect(changed).toMatchObject({
      told: null,
      outbox: { alert: { outcome: "changed", reasons: [...anIntent().reasons] } },
    });
  });
});

describe("a change", () => {
  const found = aState({
    intent: anIntent({ rule: "then", mode: "enforce", trigger: aTrigger({ actor: person("ci") }) }),
  });
  const given: Partial<Look> = { found, write: "took", observed: kms, wroteAt: NOW - 2000 };
  const changed = next(given, "changed", aPlan({ ...compliant, rule: "now", mode: "observe", exemption: "x" }));

  test("is alerted as its intent says: by whom, from what, to what, why, by which rule", () => {
    expect(changed?.outbox?.alert).toMatchObject({
      id: "intent-1",
      outcome: "changed",
      rule: "then",
      mode: "enforce",
      actor: { arn: person("ci").arn },
      before: { algorithm: "AES256" },
      after: { algorithm: "aws:kms", key: keyArn(1) },
      reasons: ["algorithm: AES256, declared aws:kms"],
      latencyMs: 5000,
    });
  });

  test("closes the intent, and is recorded with the bucket's state and the time it was sent", () => {
    expect(changed).toMatchObject({
      outcome: "changed",
      intent: null,
      observed: kms,
      reasons: ["algorithm: AES256, declared aws:kms"],
      told: null,
      blamed: null,
      lastWriteAt: at(-2),
      since: at(0),
    });
  });

  test("that an earlier look sent at an unknown time leaves the time of the last write unchanged", () => {
    expect(next({ ...given, wroteAt: null }, "changed", compliant)?.lastWriteAt).toBeNull();
    const wrote = { ...found, lastWriteAt: at(-99) };
    expect(next({ ...given, found: wrote, wroteAt: null }, "changed", compliant)?.lastWriteAt).toBe(at(-99));
  });

  test("that was not made leaves it unchanged as well", () => {
    expect(next({ ...given, write: "ended" }, "failed", aPlan())).toMatchObject({ lastWriteAt: null, intent: null });
  });
});

describe("a write that somebody's policy refused", () => {
  const refused = { at: at(-60), before: aes, after: wanted, policyVersion: 7, text: "denied" };

  test("is remembered while the bucket is held, and forgotten once it is not", () => {
    expect(next({ refused }, "held", held)?.refused).toEqual(refused);
    expect(next({ found: aState({ refused }) }, "held", held)?.refused).toEqual(refused);
    expect(next({ found: aState({ refused: null }) }, "held", held)?.refused).toBeNull();
    expect(next({ found: aState({ refused }) }, "left alone", compliant)?.refused).toBeNull();
    expect(next({}, "held", held)).not.toHaveProperty("refused");
  });
});

describe("a write that S3 took and that nobody saw", () => {
  test("is told as such, and counted once", () => {
    const found = aState({ intent: anIntent({ isTaken: true }), unverified: [] });
    const lost = next({ found }, "superseded", aPlan());
    expect(lost?.outbox?.alert.reasons.join()).toContain("S3 accepted the write of");
    expect(lost?.unverified).toEqual([found.intent?.at]);
    expect(next({ found: { ...found, ...lost, intent: found.intent } }, "superseded", aPlan())?.unverified).toEqual([
      found.intent?.at,
    ]);
  });
});

describe("an open write", () => {
  const found = aState({ intent: anIntent() });

  test("that is not confirmed ends with a reason that says so", () => {
    const told = next({ found, write: "unconfirmed" }, "left alone", compliant);
    expect(told).toMatchObject({
      intent: null,
      reasons: ["an earlier write was started but never confirmed"],
      outbox: { alert: { id: "alert-1", outcome: "left alone", severity: "high" } },
    });
    expect(told?.outbox?.alert.reasons).toEqual(told?.reasons);
  });

  test("that S3 refused ends without one", () => {
    expect(next({ found, write: "ended" }, "gone", compliant)).toMatchObject({ intent: null, outbox: null });
  });

  test("stays open while the bucket cannot be read, for any look to finish", () => {
    expect(next({ found, write: "unreadable" }, "unreadable", unknown)?.intent).toEqual(anIntent({ expires: at(0) }));
    expect(next({ found: aState(), write: "unreadable" }, "unreadable", unknown)?.intent).toBeNull();
  });
});

describe("tags that moved a bucket to another rule", () => {
  const tagged = aTrigger({ eventName: "PutBucketTagging" });
  const found = { ...stateAfter("left alone", compliant), policyVersion: 7 };
  const moved = aPlan({ ...compliant, rule: "logs" });
  const given: Partial<Look> = { found, trigger: tagged, observed: kms };

  test("are reported, with the caller who put them", () => {
    const told = next(given, "left alone", moved);
    expect(told?.reasons).toEqual(["the bucket's tags moved it from rule baseline to logs"]);
    expect(told?.outbox?.alert).toMatchObject({
      severity: "medium",
      event: { name: "PutBucketTagging" },
      reasons: told?.reasons,
    });
    expect(next(given, "left alone", aPlan({ ...moved, rule: null }))?.reasons).toEqual([
      "the bucket's tags moved it from rule baseline to (none)",
    ]);
    expect(next({ ...given, found: { ...found, rule: null } }, "left alone", moved)?.reasons).toEqual([
      "the bucket's tags moved it from rule (none) to logs",
    ]);
  });

  test.each<[string, Partial<Look>, Plan]>([
    ["if the rule is the same", given, compliant],
    ["if nobody had looked before", { ...given, found: aState({ policyVersion: 7 }) }, moved],
    ["if it was another call", { ...given, trigger: aTrigger() }, moved],
    ["if there was no call", { ...given, trigger: null }, moved],
    ["if the policy has changed too", { ...given, policyVersion: 8 }, moved],
    ["if no rule could be determined", given, aPlan({ ...unknown, verdict: "unknown" })],
  ])("are not reported %s", (_, changes, judged) => {
    expect(next(changes, "left alone", judged)?.reasons ?? []).toEqual(judged.reasons.map((reason) => reason.text));
  });

  test("are reported beside any other reason", () => {
    const told = next({ ...given, found: stateAfter("held", held) }, "left alone", moved);
    expect(told?.outbox?.alert.reasons).toEqual([
      "the bucket's tags moved it from rule baseline to logs",
      "no longer held",
    ]);
  });
});
