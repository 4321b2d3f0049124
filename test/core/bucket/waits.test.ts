import { describe, expect, test } from "vitest";
import { later } from "#core/bucket/step";
import type { Survey } from "#core/bucket/survey";
import { RECHECK_SECONDS, waitToAct, waitToRecheck, waitToReport } from "#core/bucket/waits";
import type { Work } from "#core/bucket/work";
import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketState, Intent } from "#core/ledger/state";
import {
  aes,
  aLook,
  anIntent,
  aPlan,
  aRequest,
  aState,
  aTrigger,
  at,
  compliant,
  eventAt,
  foreign,
  kms,
  NOW,
  someWork,
  surveyed,
} from "../../support/core/loop.ts";
import { known, ref } from "../../support/core/world.ts";

const put = aTrigger({ eventTime: eventAt(-5) });

function scene(events: readonly Trigger[], judged: Plan = aPlan(), facts: Partial<Facts> = {}): Survey {
  return surveyed({ events, plan: judged, facts: { now: NOW, ref, keys: new Map(), pins: new Map(), ...facts } });
}

const blaming = (cause: Trigger | null, seen: Survey): Survey => ({ ...seen, look: { ...seen.look, trigger: cause } });

/** A wait of this many seconds. */
const wait = (seconds: number) => (seconds === 0 ? null : later(seconds, "recheck"));

describe("a violation is seen too early", () => {
  const old = aTrigger({ requested: aRequest(foreign), eventTime: eventAt(-5) });

  test.each<[string, Work, Survey, Trigger | null, number]>([
    ["if no event explains it", someWork(), scene([]), null, RECHECK_SECONDS],
    ["not if the newest call asked for just that", someWork(), scene([put]), put, 0],
    ["if the newest call asked for something else", someWork(), scene([old]), old, RECHECK_SECONDS - 5],
    ["by as much as is left", someWork(), scene([{ ...old, eventTime: eventAt(-14) }]), old, 1],
    ["not if S3 has had its time", someWork(), scene([{ ...old, eventTime: eventAt(-15) }]), old, 0],
    ["not if S3 has had more than its time", someWork(), scene([{ ...old, eventTime: eventAt(-99) }]), old, 0],
    [
      "not if only an older call asked for something else",
      someWork(),
      scene([{ ...old, eventTime: eventAt(-6) }, put]),
      put,
      0,
    ],
    ["not if nobody knows what was asked for", someWork(), scene([{ ...old, requested: null }]), old, 0],
    ["not if an event of before explains it", someWork(), scene([]), put, 0],
    ["not if no event asked for the look", someWork({ triggers: [] }), scene([]), null, 0],
    ["not if it has waited for that already", someWork({ after: ["recheck"] }), scene([]), null, 0],
    ["not if it has waited for 40 s, whatever events arrive", someWork({ since: at(-40) }), scene([]), null, 0],
    ["if it has waited for less", someWork({ since: at(-39) }), scene([]), null, RECHECK_SECONDS],
    ["if it has waited for something else", someWork({ after: ["busy", "settle"] }), scene([]), null, RECHECK_SECONDS],
  ])("%s", (_, given, found, cause, seconds) => {
    expect(waitToAct(given, blaming(cause, found), NOW)).toEqual(wait(seconds));
  });

  test("while a stack operation that touched the bucket may be under way, if it would be written", () => {
    const { actor } = put;
    const stack = { ...put, actor: { ...actor, invokedBy: "cloudformation.amazonaws.com" } };
    const seen = (plan: Plan, event = stack) => blaming(event, scene([event], plan));
    expect(waitToAct(someWork(), seen(aPlan()), NOW)).toEqual(wait(RECHECK_SECONDS - 5));
    expect(waitToAct(someWork({ after: ["recheck"] }), seen(aPlan()), NOW)).toEqual(wait(0));
    expect(waitToAct(someWork(), seen(aPlan({ action: "hold" })), NOW)).toEqual(wait(0));
    const other = { ...put, actor: { ...actor, invokedBy: "backup.amazonaws.com" } };
    expect(waitToAct(someWork(), seen(aPlan(), other), NOW)).toEqual(wait(0));
  });

  test("if the tags it depends on are not the ones that were put", () => {
    const tagged = aTrigger({ eventName: "PutBucketTagging", requested: { kind: "tags", tags: { team: "a" } } });
    const seen = (tags: Record<string, string>) => scene([tagged], aPlan(), { tags: known(tags) });
    expect(waitToAct(someWork(), blaming(tagged, seen({})), NOW)).toEqual(wait(10));
    expect(waitToAct(someWork(), blaming(tagged, seen({ team: "a" })), NOW)).toEqual(wait(0));
  });
});

describe("a look at an older call", () => {
  const newer = { eventId: "newer", eventName: "PutBucketEncryption", eventTime: eventAt(-2), actor: null };
  const record = aState({ triggers: [newer], observed: aes });
  const found = (encryption: BucketEncryption, more: Partial<BucketState> = {}): Survey => ({
    ...scene([put], compliant, { encryption: known(encryption) }),
    look: aLook({ state: { ...record, ...more }, trigger: put }),
  });

  test.each<[string, Work, Survey, number]>([
    [
      "comes too early, if a look at a newer call found the bucket in another state",
      someWork(),
      found(kms),
      RECHECK_SECONDS,
    ],
    [
      "comes too early, if a look at a newer one found it, and it is gone",
      someWork(),
      { ...found(kms), facts: { ...scene([]).facts, encryption: known(null) } },
      RECHECK_SECONDS,
    ],
    ["does not, if that found the same", someWork(), found(aes), 0],
    [
      "does not, if it is about the newer one too",
      someWork({ triggers: [put, { ...put, ...newer, actor: put.actor }] }),
      found(kms),
      0,
    ],
    [
      "does not, if that was five minutes ago",
      someWork(),
      found(kms, { triggers: [{ ...newer, eventTime: eventAt(-300) }] }),
      0,
    ],
    [
      "does, if that was a little later",
      someWork(),
      found(kms, { triggers: [{ ...newer, eventTime: eventAt(-299) }] }),
      RECHECK_SECONDS,
    ],
    ["does not, if there is no newer one", someWork(), found(kms, { triggers: [] }), 0],
    ["does not, if the bucket was only settling then", someWork(), found(kms, { settleUntil: at(-1) }), 0],
    ["does not, if it has waited", someWork({ after: ["recheck"] }), found(kms), 0],
    ["does not, if nobody read the encryption", someWork(), { ...found(kms), facts: scene([]).facts }, 0],
  ])("%s", (_, given, seen, seconds) => {
    expect(waitToAct(given, seen, NOW)).toEqual(wait(seconds));
  });
});

describe("a violation that no call explains, after a write of ours", () => {
  const wrote = (seconds: number): Survey => ({
    ...scene([]),
    look: aLook({ state: aState({ lastWriteAt: at(seconds) }), trigger: null }),
  });

  test.each<[string, Work, Survey, number]>([
    [
      "is repaired once S3 must have settled, even if the look has waited before",
      someWork({ after: ["recheck"] }),
      wrote(-4.5),
      11,
    ],
    ["is repaired once S3 must have settled, even if no event asked for it", someWork({ triggers: [] }), wrote(-4), 11],
    ["is repaired at once if S3 must have settled", someWork({ after: ["recheck"] }), wrote(-15), 0],
    ["waits as usual if the look has not waited", someWork(), wrote(-60), RECHECK_SECONDS],
  ])("%s", (_, given, seen, seconds) => {
    expect(waitToAct(given, seen, NOW)).toEqual(wait(seconds));
  });

  test("is not waited for without a violation", () => {
    expect(waitToAct(someWork(), { ...wrote(-1), plan: compliant }, NOW)).toBeNull();
  });
});

describe("a look is repeated", () => {
  const unseen = aTrigger({ requested: aRequest(aes) });

  test.each<[string, Work, Survey, number]>([
    ["if a call asked for something other than what was seen", someWork(), scene([unseen], compliant), RECHECK_SECONDS],
    [
      "not if every call asked for what was seen",
      someWork(),
      scene([aTrigger({ requested: aRequest(kms) })], compliant),
      0,
    ],
    [
      "if one of several did not",
      someWork(),
      scene([aTrigger({ requested: aRequest(kms) }), unseen], compliant),
      RECHECK_SECONDS,
    ],
    [
      "not if the call was made five minutes ago",
      someWork(),
      scene([{ ...unseen, eventTime: eventAt(-300) }], compliant),
      0,
    ],
    [
      "if it was made a little later",
      someWork(),
      scene([{ ...unseen, eventTime: eventAt(-299) }], compliant),
      RECHECK_SECONDS,
    ],
    ["not if there was no call", someWork(), scene([], compliant), 0],
    ["not if it was repeated already", someWork({ after: ["recheck"] }), scene([unseen], compliant), 0],
    [
      "if it was postponed for another reason",
      someWork({ after: ["busy"] }),
      scene([unseen], compliant),
      RECHECK_SECONDS,
    ],
  ])("%s", (_, given, found, seconds) => {
    expect(waitToRecheck(given, found, NOW)).toEqual(wait(seconds));
  });

  test("if the tags that were put are not there", () => {
    const tagged = aTrigger({ eventName: "PutBucketTagging", requested: { kind: "tags", tags: { team: "a" } } });
    const denied = { known: false, error: { name: "AccessDenied", message: "" } } as const;
    expect(waitToRecheck(someWork(), scene([tagged], compliant, { tags: known({}) }), NOW)).toEqual(
      wait(RECHECK_SECONDS),
    );
    expect(waitToRecheck(someWork(), scene([tagged], compliant, { tags: known({ team: "a" }) }), NOW)).toEqual(wait(0));
    expect(waitToRecheck(someWork(), scene([tagged], compliant, { tags: denied }), NOW)).toEqual(wait(0));
  });
});

test.each<[string, Intent | null, number]>([
  ["at once if there is none", null, 0],
  ["fifteen seconds after its intent", anIntent({ at: at(0) }), 15],
  ["when what is left of them has passed", anIntent({ at: at(-10.5) }), 5],
  ["at once, when they have passed", anIntent({ at: at(-15) }), 0],
  ["at once, long after", anIntent({ at: at(-999) }), 0],
])("a bucket is certain to show an open write %s", (_, begun, seconds) => {
  expect(waitToReport(begun, NOW)).toEqual(wait(seconds));
});
