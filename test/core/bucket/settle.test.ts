import { describe, expect, test } from "vitest";
import { settlesAt } from "#core/bucket/settle";
import type { Work } from "#core/bucket/work";
import type { BucketState } from "#core/ledger/state";
import { at, eventAt, NOW, state, trigger, work } from "../../support/core/loop.ts";
import { policyOf } from "../../support/core/world.ts";

const encryption = { algorithm: "AES256" };
const byTags = policyOf({ settle: "60s", rules: [{ match: { tags: { team: "a" } }, trustTags: true, encryption }] });
const byName = policyOf({ settle: "60s", rules: [{ match: { buckets: ["*"] }, encryption }] });

const created = trigger({ eventId: "created", eventName: "CreateBucket", eventTime: eventAt(-10), requested: null });
const put = trigger({ eventTime: eventAt(-5) });

describe("a bucket settles until", () => {
  const seen = state({ outcome: "left alone" });

  test.each<[string, Work, BucketState, number]>([
    ["a minute after it was created", work({ triggers: [created] }), seen, 50],
    [
      "a minute after the newest time it was",
      work({ triggers: [created, { ...created, eventTime: eventAt(-3) }] }),
      seen,
      57,
    ],
    [
      "a minute from now, if the event's clock is ahead",
      work({ triggers: [{ ...created, eventTime: eventAt(99) }] }),
      seen,
      60,
    ],
    [
      "what the ledger remembers, whatever other event comes",
      work(),
      state({ outcome: "left alone", settleUntil: at(33) }),
      33,
    ],
    ["what the ledger remembers, though nobody has looked yet", work(), state({ settleUntil: at(-33) }), -33],
    ["the later of the two", work({ triggers: [created] }), state({ settleUntil: at(33) }), 50],
    [
      "a minute after its first event, if nobody has looked yet",
      work({ triggers: [put, { ...put, eventTime: eventAt(-9) }] }),
      state(),
      51,
    ],
    ["a minute after its first event, if it was gone", work({ triggers: [put] }), state({ outcome: "gone" }), 55],
  ])("%s", (_, given, found, seconds) => {
    expect(settlesAt(byTags, given, found, NOW)).toBe(NOW + seconds * 1000);
  });

  test.each<[string, Work, BucketState]>([
    ["if it was looked at before", work({ triggers: [put] }), seen],
    ["if no event asked for the look", work({ triggers: [] }), state()],
  ])("no time, %s", (_, given, found) => {
    expect(settlesAt(byTags, given, found, NOW)).toBe(0);
  });

  test("no time, where no tag could decide about it", () => {
    expect(settlesAt(byName, work({ triggers: [created] }), state({ settleUntil: at(33) }), NOW)).toBe(0);
  });
});
