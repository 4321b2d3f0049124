import { describe, expect, test } from "vitest";
import { culprit, newest, notUndone, type Scene } from "#core/bucket/culprit";
import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import type { Trigger } from "#core/event/trigger";
import { type BucketState, withTriggers } from "#core/ledger/state";
import { aes, at, eventAt, foreign, intent, kms, NOW, plan, state, trigger } from "../../support/core/loop.ts";
import { known, ref } from "../../support/core/world.ts";

const put = trigger();
const later = trigger({ eventId: "later", eventTime: eventAt(-2) });
const tagged = trigger({ eventId: "tagged", eventName: "PutBucketTagging", eventTime: eventAt(-1) });
const withTags: Partial<Facts> = { tags: known({}) };

function scene(
  events: readonly Trigger[],
  more: { state?: BucketState; plan?: Plan; facts?: Partial<Facts> } = {},
): Scene {
  const facts: Facts = { now: NOW, ref, keys: new Map(), pins: new Map(), ...more.facts };
  return { state: more.state ?? state(), events, plan: more.plan ?? plan(), facts };
}

describe("a violation is put down to", () => {
  const blamed = trigger({ eventId: "blamed", eventTime: eventAt(-3600) });
  const begun = trigger({ eventId: "begun", eventTime: eventAt(-60) });

  test.each<[string, Scene, Trigger | null]>([
    ["nobody, where there is no event", scene([]), null],
    ["the call that changed the encryption", scene([put]), put],
    ["the newest of them", scene([later, put]), later],
    ["the last of one second", scene([put, { ...put, eventId: "same" }]), { ...put, eventId: "same" }],
    ["a call that changed tags, where tags were asked for", scene([tagged], { facts: withTags }), tagged],
    ["not a call that changed tags, where nobody asked for them", scene([tagged]), null],
    ["the encryption's call rather than a newer one that changed tags", scene([put, tagged], { facts: withTags }), put],
    ["the event it was put down to before", scene([], { state: state({ blamed, observed: aes }) }), blamed],
    [
      "that one, though tags were changed since",
      scene([tagged], { state: state({ blamed, observed: aes }), facts: withTags }),
      blamed,
    ],
    ["a newer call rather than that one", scene([put], { state: state({ blamed, observed: aes }) }), put],
    ["not that one, if the bucket has changed since", scene([], { state: state({ blamed, observed: foreign }) }), null],
    [
      "the event of the write that was begun",
      scene([], { state: state({ intent: intent({ trigger: begun }), blamed, observed: aes }) }),
      begun,
    ],
    [
      "not that one, if the bucket has changed since",
      scene([], { state: state({ intent: intent({ trigger: begun, before: foreign }) }) }),
      null,
    ],
    [
      "nobody, where nobody was known when the write was begun",
      scene([], { state: state({ intent: intent({ trigger: null }), blamed, observed: aes }) }),
      null,
    ],
  ])("%s", (_, given, expected) => {
    expect(culprit(given)).toEqual(expected);
  });
});

test("anything else is put down to the newest event, whatever it changed", () => {
  const given = { plan: plan({ verdict: "compliant", before: kms }) };
  expect(culprit(scene([put, tagged], given))).toEqual(tagged);
  expect(culprit(scene([], { ...given, state: state({ blamed: put, observed: kms }) }))).toBeNull();
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
    expect(notUndone([event], state({ lastWriteAt }))).toEqual(isUndone ? [] : [event]);
  });

  test.each<[string, string, Trigger, boolean]>([
    ["if it is a copy of one that was on record, and came first or in the same second", at(-4.1), put, true],
    ["if it is such a copy, at the very time", at(-5), put, true],
    ["not if it is such a copy, of a call after the write", at(-5.1), put, false],
    ["not if another one was on record", at(-4.1), later, false],
  ])("%s", (_, lastWriteAt, event, isUndone) => {
    const found = withTriggers(state({ lastWriteAt }), [trigger({ eventId: "0" }), put]);
    expect(notUndone([event], found)).toEqual(isUndone ? [] : [event]);
  });
});
