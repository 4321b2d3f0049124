import { describe, expect, test } from "vitest";
import { settlesAt } from "#core/bucket/settle";
import type { Work } from "#core/bucket/work";
import type { BucketState } from "#core/ledger/state";
import { aState, aTrigger, at, eventAt, NOW, someWork } from "../../support/core/loop.ts";
import { policyOf } from "../../support/core/world.ts";

const encryption = { algorithm: "AES256" };
const byTags = policyOf({ settle: "60s", rules: [{ match: { tags: { team: "a" } }, trustTags: true, encryption }] });
const byName = policyOf({ settle: "60s", rules: [{ match: { buckets: ["*"] }, encryption }] });

const created = aTrigger({ eventId: "created", eventName: "CreateBucket", eventTime: eventAt(-10), requested: null });
const put = aTrigger({ eventTime: eventAt(-5) });

describe("a bucket settles", () => {
  const seen = aState({ outcome: "left alone" });

  test.each<[string, Work, BucketState, number]>([
    ["a minute after it was created", someWork({ triggers: [created] }), aState(), 50],
    [
      "a minute after the first time it was, however often that is repeated",
      someWork({ triggers: [{ ...created, eventTime: eventAt(-3) }, created, put] }),
      aState(),
      50,
    ],
    [
      "a minute from now, if the event's clock is ahead",
      someWork({ triggers: [{ ...created, eventTime: eventAt(99) }] }),
      aState({ outcome: "gone" }),
      60,
    ],
    [
      "the time in the ledger, whatever other event arrives",
      someWork(),
      aState({ outcome: "left alone", settleUntil: at(33) }),
      33,
    ],
    ["the time in the ledger, even if nobody has looked yet", someWork(), aState({ settleUntil: at(-33) }), -33],
    [
      "ten seconds after the time in the ledger, if no event asked for the look: the one that did knows who made it",
      someWork({ triggers: [] }),
      aState({ settleUntil: at(33) }),
      43,
    ],
    [
      "the time in the ledger, though it is created again",
      someWork({ triggers: [created] }),
      aState({ settleUntil: at(33) }),
      33,
    ],
    [
      "a minute after its first event, if nobody has looked yet",
      someWork({ triggers: [put, { ...put, eventTime: eventAt(-9) }] }),
      aState(),
      51,
    ],
    ["a minute after its first event, if it was gone", someWork({ triggers: [put] }), aState({ outcome: "gone" }), 55],
  ])("until %s", (_, given, found, seconds) => {
    expect(settlesAt(byTags, given, found, NOW)).toBe(NOW + seconds * 1000);
  });

  test.each<[string, Work, BucketState]>([
    ["if it was looked at before", someWork({ triggers: [put] }), seen],
    ["if it was looked at before and is created again", someWork({ triggers: [created] }), seen],
    ["if no event asked for the look", someWork({ triggers: [] }), aState()],
  ])("not at all %s", (_, given, found) => {
    expect(settlesAt(byTags, given, found, NOW)).toBe(0);
  });

  test.each<[string, object, number]>([
    ["a minute where a tag could decide", { match: { tags: { team: "a" } }, trustTags: true, mode: "observe" }, 50],
    ["twenty seconds where a rule enforces", { mode: "enforce" }, 10],
    ["twenty seconds where a rule that may match enforces", { match: { ous: ["r-abcd"] }, mode: "enforce" }, 10],
  ])("for %s, if the policy does not say", (_, rule, seconds) => {
    const policy = policyOf({ rules: [{ encryption, ...rule }] });
    expect(settlesAt(policy, someWork({ triggers: [created] }), aState(), NOW)).toBe(NOW + seconds * 1000);
  });

  test("as long as the policy says where a rule enforces, so that its creator can finish", () => {
    expect(settlesAt(byName, someWork({ triggers: [created] }), aState(), NOW)).toBe(NOW + 50_000);
    const atOnce = policyOf({ settle: "0s", rules: [{ encryption }] });
    expect(settlesAt(atOnce, someWork({ triggers: [created] }), aState(), NOW)).toBe(0);
  });

  test.each<[string, object]>([
    ["only observes", { mode: "observe" }],
    ["is for others", { match: { buckets: ["other"] } }],
  ])("not at all where no tag could decide and the rule %s", (_, rule) => {
    const policy = policyOf({ settle: "60s", rules: [{ encryption, ...rule }] });
    expect(settlesAt(policy, someWork({ triggers: [created] }), aState({ settleUntil: at(33) }), NOW)).toBe(0);
  });
});
