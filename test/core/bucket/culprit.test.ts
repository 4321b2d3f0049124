import { describe, expect, test } from "vitest";
import { culprit, notUndone } from "#core/bucket/culprit";
import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { newest } from "#core/event/newest";
import type { Trigger } from "#core/event/trigger";
import { type BucketState, withTriggers } from "#core/ledger/state";
import {
  aes,
  anIntent,
  aPlan,
  aRequest,
  aState,
  aTrigger,
  at,
  eventAt,
  foreign,
  kms,
  NOW,
} from "../../support/core/loop.ts";
import { denied, known, ref } from "../../support/core/world.ts";

const put = aTrigger();
const later = aTrigger({ eventId: "later", eventTime: eventAt(-2) });
const tagged = aTrigger({ eventId: "tagged", eventName: "PutBucketTagging", eventTime: eventAt(-1) });
const withTags: Partial<Facts> = { tags: known({}) };

/** What the events are held against. */
interface Given {
  readonly state?: BucketState;
  readonly plan?: Plan;
  readonly facts?: Partial<Facts>;
}

function blame(events: readonly Trigger[], given: Given = {}): Trigger | null {
  const facts: Facts = { now: NOW, ref, keys: new Map(), pins: new Map(), ...given.facts };
  return culprit(events, given.state ?? aState(), given.plan ?? aPlan(), facts);
}

describe("a violation is blamed on", () => {
  const blamed = aTrigger({ eventId: "blamed", eventTime: eventAt(-3600) });
  const begun = aTrigger({ eventId: "begun", eventTime: eventAt(-60) });

  test.each<[string, Trigger | null, Trigger | null]>([
    ["nobody if there is no event", blame([]), null],
    ["the call that changed the encryption", blame([put]), put],
    ["the newest of them", blame([later, put]), later],
    ["the last of one second", blame([put, { ...put, eventId: "same" }]), { ...put, eventId: "same" }],
    ["a call that changed tags, where tags were asked for", blame([tagged], { facts: withTags }), tagged],
    ["not a call that changed tags, where nobody asked for them", blame([tagged]), null],
    ["the encryption's call rather than a newer one that changed tags", blame([put, tagged], { facts: withTags }), put],
    ["the event it was blamed on before", blame([], { state: aState({ blamed, observed: aes }) }), blamed],
    [
      "that one, though tags were changed since",
      blame([tagged], { state: aState({ blamed, observed: aes }), facts: withTags }),
      blamed,
    ],
    ["a newer call rather than that one", blame([put], { state: aState({ blamed, observed: aes }) }), put],
    [
      "not that one, if the bucket has changed since",
      blame([], { state: aState({ blamed, observed: foreign }) }),
      null,
    ],
    [
      "the event of the open intent",
      blame([], { state: aState({ intent: anIntent({ trigger: begun }), blamed, observed: aes }) }),
      begun,
    ],
    [
      "not that one, if the bucket has changed since",
      blame([], { state: aState({ intent: anIntent({ trigger: begun, before: foreign }) }) }),
      null,
    ],
    [
      "nobody if nobody was known when the intent was recorded",
      blame([], { state: aState({ intent: anIntent({ trigger: null }), blamed, observed: aes }) }),
      null,
    ],
  ])("%s", (_, blamed, expected) => {
    expect(blamed).toEqual(expected);
  });
});

describe("never blamed is", () => {
  const asked = (requested: Trigger["requested"], changes: Partial<Trigger> = {}) =>
    aTrigger({ requested, ...changes });
  const told = aTrigger({
    eventId: "told",
    eventName: "PutBucketNotification",
    eventTime: eventAt(-1),
    requested: null,
  });
  const created = { ...told, eventId: "created", eventName: "CreateBucket" };
  const other = asked(aRequest(kms), { eventId: "other", eventTime: eventAt(-1) });
  const vague = { ...told, eventId: "vague", eventName: "PutBucketEncryption" };
  const seen = { state: aState({ outcome: "left alone" }) };

  test.each<[string, Trigger | null, Trigger | null]>([
    ["a change of notifications", blame([put, told]), put],
    ["one, even if nothing else explains it", blame([told]), null],
    ["a repeated CreateBucket", blame([put, created], seen), put],
    ["one, even if nothing else explains it (CreateBucket)", blame([created], seen), null],
    ["one beside an older call on a bucket that is new to us", blame([put, created]), put],
    ["a call that asked for something else", blame([put, other]), put],
    ["one, even if nothing else explains it (other)", blame([other]), null],
    ["a call that may have asked for anything, beside one that asked for this", blame([put, vague]), put],
    [
      "a creation, where the bucket is not as it was created",
      blame([created], { plan: aPlan({ before: foreign }) }),
      null,
    ],
  ])("%s", (_, blamed, expected) => {
    expect(blamed).toEqual(expected);
  });

  test.each<[string, Trigger | null, Trigger | null]>([
    ["a call that may have asked for anything", blame([vague, told]), vague],
    ["whoever created a bucket that is new to us", blame([created]), created],
    ["whoever created one that was gone", blame([created], { state: aState({ outcome: "gone" }) }), created],
  ])("unlike %s", (_, blamed, expected) => {
    expect(blamed).toEqual(expected);
  });

  test("a call that put other tags than were found", () => {
    const put = { ...tagged, requested: { kind: "tags", tags: { use: "logs" } } } as const;
    const removed = { ...tagged, eventId: "removed", eventName: "DeleteBucketTagging", eventTime: eventAt(-3) };
    const found = (tags: Record<string, string>) => ({ facts: { tags: known(tags) } });
    expect(blame([put], found({}))).toBeNull();
    expect(blame([removed, put], found({}))).toEqual(removed);
    expect(blame([put], found({ use: "logs" }))).toEqual(put);
    expect(blame([put], { facts: { tags: denied } })).toEqual(put);
  });

  test("a harmless call for what cannot be read, or is gone for another reason", () => {
    const unread = { plan: aPlan({ verdict: "unknown", before: null }) };
    expect(blame([put, told], unread)).toEqual(put);
    expect(blame([told], unread)).toBeNull();
    expect(blame([told], { plan: aPlan({ verdict: "gone", before: null }) })).toEqual(told);
    const opened = { ...told, eventName: "DeleteBucketPolicy" };
    expect(blame([opened], { plan: aPlan({ verdict: "gone", before: null }) })).toBeNull();
  });
});

test("anything but a violation is attributed to the newest event that may have led to it", () => {
  const given = { plan: aPlan({ verdict: "compliant", before: kms }) };
  const mended = { ...put, eventId: "mended", requested: aRequest(kms) };
  expect(blame([put, tagged], given)).toBeNull();
  expect(blame([put, tagged], { ...given, facts: withTags })).toEqual(tagged);
  expect(blame([put, mended, later, tagged], given)).toEqual(mended);
  expect(blame([], { ...given, state: aState({ blamed: put, observed: kms }) })).toBeNull();
});

test("the newest of no events is none", () => {
  expect(newest([])).toBeNull();
});

describe("an event is undone by a write of ours", () => {
  test.each<[string, string | null, Trigger, boolean]>([
    ["not where we wrote nothing", null, put, false],
    ["if the write came two seconds after it", at(-3), put, true],
    ["not if the write may have come first, by the second's fraction or a clock that is off", at(-3.001), put, false],
    ["never if it changed tags", at(0), { ...put, eventName: "TagResource" }, false],
  ])("%s", (_, lastWriteAt, event, isUndone) => {
    expect(notUndone([event], aState({ lastWriteAt }))).toEqual(isUndone ? [] : [event]);
  });

  test.each<[string, string, Trigger, boolean]>([
    ["if it is a copy of one that was on record, and came first or in the same second", at(-4.1), put, true],
    ["if it is such a copy, at the very time", at(-5), put, true],
    ["not if it is such a copy, of a call after the write", at(-5.1), put, false],
    ["not if another one was on record", at(-4.1), later, false],
  ])("%s", (_, lastWriteAt, event, isUndone) => {
    const found = withTriggers(aState({ lastWriteAt }), [aTrigger({ eventId: "0" }), put]);
    expect(notUndone([event], found)).toEqual(isUndone ? [] : [event]);
  });
});
