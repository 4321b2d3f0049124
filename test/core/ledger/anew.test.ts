import { describe, expect, test } from "vitest";
import { deletionOf, forgotten, ofThisBucket } from "#core/ledger/anew";
import type { Fold } from "#core/ledger/fold";
import { type BucketState, withTriggers } from "#core/ledger/state";
import { transition } from "#core/ledger/transition";
import { aes, aLook, anIntent, aPlan, aState, aTrigger, at, eventAt, NOW, wanted } from "../../support/core/loop.ts";

const deleted = aTrigger({ eventId: "deleted", eventName: "DeleteBucket", eventTime: eventAt(0), requested: null });
const created = { ...deleted, eventId: "created", eventName: "CreateBucket", eventTime: eventAt(1) };

/** Everything that the ledger can know of a bucket, all of it of one time. */
function known(seconds: number): BucketState {
  const time = at(seconds);
  const fold: Fold = {
    actor: "alice",
    rule: "baseline",
    incident: "alert-1",
    since: time,
    last: time,
    times: 1,
    told: { severity: "high", danger: 1, kinds: ["changed"], prints: [], until: at(600) },
    untold: null,
  };
  return aState({
    outcome: "reported",
    rule: "baseline",
    mode: "observe",
    observed: aes,
    reasons: ["algorithm: AES256"],
    since: time,
    told: "print",
    blamed: aTrigger({ eventTime: time }),
    settleUntil: time,
    lastWriteAt: time,
    drifting: { algorithm: "aws:kms", from: time, key: null },
    driftWindows: [{ algorithm: "aws:kms", from: time, to: time, key: null }],
    writes: [time],
    unverified: [time],
    refused: { at: time, before: aes, after: wanted, policyVersion: 7, text: "denied" },
    breaker: {
      openedAt: time,
      until: at(900),
      coolDown: 900,
      trialAt: null,
      theirs: ["alice"],
      ours: "role",
      writes: 3,
    },
    folded: [fold],
  });
}

describe("of a bucket that was deleted", () => {
  test("nothing is known any more", () => {
    const { drifting, breaker, refused, ...rest } = forgotten(known(-60), deleted);
    expect([drifting, breaker, refused]).toEqual([null, null, null]);
    expect(rest).toEqual(aState({ writes: [], unverified: [] }));
  });

  test.each(Object.keys(known(5)) as (keyof BucketState)[])("what is younger stays known: %s", (field) => {
    expect(forgotten(known(5), deleted)[field]).toEqual(known(5)[field]);
  });

  test.each(Object.keys(known(-60)) as (keyof BucketState)[])(
    "nothing that is older is left where its successor was looked at already: %s",
    (field) => {
      const mixed = { ...known(-60), since: at(5), settleUntil: null };
      const { outcome, rule, mode, observed, reasons, since, told } = mixed;
      // What a look found, it found of the successor; nobody of the former bucket is to blame.
      const kept = { ...aState(), outcome, rule, mode, observed, reasons, since, told };
      const expected = { ...kept, writes: [], unverified: [], drifting: null, breaker: null, refused: null };
      expect(forgotten(mixed, deleted)[field]).toEqual((expected as Partial<BucketState>)[field]);
    },
  );

  test("no restored configuration is exempt, and nothing is due", () => {
    const exemptUntil = { shown: wanted, until: at(3600), by: "dana", why: null };
    for (const seconds of [-60, 5]) {
      const state = forgotten({ ...known(seconds), exemptUntil, due: at(3600) }, deleted);
      expect([state.exemptUntil, state.due]).toEqual([undefined, undefined]);
    }
  });

  test("a drift that began nobody knows when is judged by its end, or by when it was found", () => {
    const drift = { algorithm: "aws:kms", from: null, key: null };
    const of = (seconds: number) => {
      const state = { ...known(seconds), drifting: drift, driftWindows: [{ ...drift, to: at(seconds) }] };
      const { drifting, driftWindows } = forgotten(state, deleted);
      return [drifting, driftWindows.length];
    };
    expect([of(-60), of(5)]).toEqual([
      [null, 0],
      [drift, 1],
    ]);
  });

  test("a write under way, the events, and the time to settle of a bucket without a look stay", () => {
    const intent = anIntent();
    const state = withTriggers(aState({ intent, settleUntil: at(21), blamed: null }), [created]);
    expect(forgotten(state, deleted)).toEqual(state);
  });

  test("that nobody is blamed stays so", () => {
    expect(forgotten({ ...known(5), blamed: null }, deleted).blamed).toBeNull();
  });
});

test("only a deletion that the ledger has not heard of begins a new bucket, the newest of them", () => {
  const earlier = { ...deleted, eventId: "earlier", eventTime: eventAt(-30) };
  expect(deletionOf(aState(), [created, aTrigger()])).toBeNull();
  expect(deletionOf(aState(), [deleted, earlier, created])).toEqual(deleted);
  expect(deletionOf(withTriggers(aState(), [deleted]), [created, deleted])).toBeNull();
});

test("events before the newest deletion are about another bucket, however late they arrive", () => {
  const late = aTrigger({ eventTime: eventAt(-1) });
  expect(ofThisBucket(aState(), [late, created])).toEqual([late, created]);
  expect(ofThisBucket(aState(), [late, created, deleted])).toEqual([created, deleted]);
  expect(ofThisBucket(withTriggers(aState(), [deleted]), [late, created])).toEqual([created]);
});

test("tags move no bucket from the rule of a former one that was found gone", () => {
  const trigger = aTrigger({ eventName: "PutBucketTagging", requested: null });
  const after = (outcome: "gone" | "left alone") => {
    const found = aState({ outcome, rule: "former", policyVersion: 7 });
    const next = transition(aLook({ found, trigger }), "reported", aPlan(), { now: NOW, id: "alert-1" });
    return JSON.stringify(next).includes("moved it from rule former");
  };
  expect([after("gone"), after("left alone")]).toEqual([false, true]);
});
