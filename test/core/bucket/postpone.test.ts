import { describe, expect, test } from "vitest";
import type { Scene } from "#core/bucket/culprit";
import { RECHECK_SECONDS, secondsTooEarly, secondsToRecheck } from "#core/bucket/postpone";
import { settlesAt } from "#core/bucket/settle";
import type { Work } from "#core/bucket/work";
import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketState } from "#core/ledger/state";
import {
  aes,
  asked,
  at,
  compliant,
  eventAt,
  foreign,
  kms,
  NOW,
  plan,
  state,
  trigger,
  work,
} from "../../support/core/loop.ts";
import { known, policyOf, ref } from "../../support/core/world.ts";

const encryption = { algorithm: "AES256" };
const byTags = policyOf({ settle: "60s", rules: [{ match: { tags: { team: "a" } }, trustTags: true, encryption }] });
const byName = policyOf({ settle: "60s", rules: [{ match: { buckets: ["*"] }, encryption }] });

const created = trigger({ eventId: "created", eventName: "CreateBucket", eventTime: eventAt(-10), requested: null });
const put = trigger({ eventTime: eventAt(-5) });

function scene(events: readonly Trigger[], judged: Plan = plan(), facts: Partial<Facts> = {}): Scene {
  return { state: state(), events, plan: judged, facts: { now: NOW, ref, keys: new Map(), pins: new Map(), ...facts } };
}

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

describe("a violation is looked at too early", () => {
  const old = trigger({ requested: asked(foreign), eventTime: eventAt(-5) });

  test.each<[string, Work, Scene, Trigger | null, number]>([
    ["if no event explains it", work(), scene([]), null, RECHECK_SECONDS],
    ["not if the newest call asked for just that", work(), scene([put]), put, 0],
    ["if the newest call asked for something else", work(), scene([old]), old, RECHECK_SECONDS - 5],
    ["by as much as is left", work(), scene([{ ...old, eventTime: eventAt(-14) }]), old, 1],
    ["not if S3 has had its time", work(), scene([{ ...old, eventTime: eventAt(-15) }]), old, 0],
    ["not if S3 has had more than its time", work(), scene([{ ...old, eventTime: eventAt(-99) }]), old, 0],
    [
      "not if only an older call asked for something else",
      work(),
      scene([{ ...old, eventTime: eventAt(-6) }, put]),
      put,
      0,
    ],
    ["not if nobody knows what was asked for", work(), scene([{ ...old, requested: null }]), old, 0],
    ["not if an event of before explains it", work(), scene([]), put, 0],
    ["not if no event asked for the look", work({ triggers: [] }), scene([]), null, 0],
    ["not if it has waited for that already", work({ after: ["recheck"] }), scene([]), null, 0],
    ["if it has waited for something else", work({ after: ["busy", "settle"] }), scene([]), null, RECHECK_SECONDS],
  ])("%s", (_, given, found, cause, seconds) => {
    expect(secondsTooEarly(given, found, cause, NOW)).toBe(seconds);
  });

  test("if the tags it rests on are not the ones that were put", () => {
    const tagged = trigger({ eventName: "PutBucketTagging", requested: { kind: "tags", tags: { team: "a" } } });
    const seen = (tags: Record<string, string>) => scene([tagged], plan(), { tags: known(tags) });
    expect(secondsTooEarly(work(), seen({}), tagged, NOW)).toBe(10);
    expect(secondsTooEarly(work(), seen({ team: "a" }), tagged, NOW)).toBe(0);
  });
});

describe("a look at an older call", () => {
  const newer = { eventId: "newer", eventName: "PutBucketEncryption", eventTime: eventAt(-2), actor: null };
  const record = state({ triggers: [newer], observed: aes });
  const found = (encryption: BucketEncryption, more: Partial<BucketState> = {}): Scene => ({
    ...scene([put], compliant, { encryption: known(encryption) }),
    state: { ...record, ...more },
  });

  test.each<[string, Work, Scene, number]>([
    ["comes too early, if a look at a newer one found the bucket otherwise", work(), found(kms), RECHECK_SECONDS],
    [
      "comes too early, if a look at a newer one found it, and it is gone",
      work(),
      { ...found(kms), facts: { ...scene([]).facts, encryption: known(null) } },
      RECHECK_SECONDS,
    ],
    ["does not, if that found the same", work(), found(aes), 0],
    [
      "does not, if it is about the newer one too",
      work({ triggers: [put, { ...put, ...newer, actor: put.actor }] }),
      found(kms),
      0,
    ],
    [
      "does not, if that was five minutes ago",
      work(),
      found(kms, { triggers: [{ ...newer, eventTime: eventAt(-300) }] }),
      0,
    ],
    [
      "does, if that was a little later",
      work(),
      found(kms, { triggers: [{ ...newer, eventTime: eventAt(-299) }] }),
      RECHECK_SECONDS,
    ],
    ["does not, if there is no newer one", work(), found(kms, { triggers: [] }), 0],
    ["does not, if the bucket was only settling then", work(), found(kms, { settleUntil: at(-1) }), 0],
    ["does not, if it has waited", work({ after: ["recheck"] }), found(kms), 0],
    ["does not, if nobody read the encryption", work(), { ...found(kms), facts: scene([]).facts }, 0],
  ])("%s", (_, given, seen, seconds) => {
    expect(secondsTooEarly(given, seen, put, NOW)).toBe(seconds);
  });
});

describe("a violation that no call explains, after a write of ours", () => {
  const wrote = (seconds: number): Scene => ({ ...scene([]), state: state({ lastWriteAt: at(seconds) }) });

  test.each<[string, Work, Scene, number]>([
    [
      "is mended when S3 has had its time, though the look has waited before",
      work({ after: ["recheck"] }),
      wrote(-4.5),
      11,
    ],
    ["is mended when S3 has had its time, though nobody asked", work({ triggers: [] }), wrote(-4), 11],
    ["is mended at once when S3 has had it", work({ after: ["recheck"] }), wrote(-15), 0],
    ["is waited for as ever, if the look has not waited", work(), wrote(-60), RECHECK_SECONDS],
  ])("%s", (_, given, seen, seconds) => {
    expect(secondsTooEarly(given, seen, null, NOW)).toBe(seconds);
  });

  test("is none, where there is no violation", () => {
    expect(secondsTooEarly(work(), { ...wrote(-1), plan: compliant }, null, NOW)).toBe(0);
  });
});

describe("a look is repeated", () => {
  const unseen = trigger({ requested: asked(aes) });

  test.each<[string, Work, Scene, number]>([
    ["if a call asked for something else than was seen", work(), scene([unseen], compliant), RECHECK_SECONDS],
    ["not if every call asked for what was seen", work(), scene([trigger({ requested: asked(kms) })], compliant), 0],
    [
      "if one of several did not",
      work(),
      scene([trigger({ requested: asked(kms) }), unseen], compliant),
      RECHECK_SECONDS,
    ],
    [
      "not if the call was made five minutes ago",
      work(),
      scene([{ ...unseen, eventTime: eventAt(-300) }], compliant),
      0,
    ],
    [
      "if it was made a little later",
      work(),
      scene([{ ...unseen, eventTime: eventAt(-299) }], compliant),
      RECHECK_SECONDS,
    ],
    ["not where there was no call", work(), scene([], compliant), 0],
    ["not if it was repeated already", work({ after: ["recheck"] }), scene([unseen], compliant), 0],
    ["if it was postponed for another reason", work({ after: ["busy"] }), scene([unseen], compliant), RECHECK_SECONDS],
  ])("%s", (_, given, found, seconds) => {
    expect(secondsToRecheck(given, found, NOW)).toBe(seconds);
  });

  test("if the tags that were put are not there", () => {
    const tagged = trigger({ eventName: "PutBucketTagging", requested: { kind: "tags", tags: { team: "a" } } });
    const denied = { known: false, error: { name: "AccessDenied", message: "" } } as const;
    expect(secondsToRecheck(work(), scene([tagged], compliant, { tags: known({}) }), NOW)).toBe(RECHECK_SECONDS);
    expect(secondsToRecheck(work(), scene([tagged], compliant, { tags: known({ team: "a" }) }), NOW)).toBe(0);
    expect(secondsToRecheck(work(), scene([tagged], compliant, { tags: denied }), NOW)).toBe(0);
  });
});
