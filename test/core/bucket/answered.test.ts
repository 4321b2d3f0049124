import { describe, expect, test } from "vitest";
import { answered } from "#core/bucket/answered";
import type { Survey } from "#core/bucket/survey";
import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
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
  kms,
  surveyed,
} from "../../support/core/loop.ts";
import { known } from "../../support/core/world.ts";

const asked = (encryption: BucketEncryption, more: Partial<Trigger> = {}) =>
  aTrigger({ requested: aRequest(encryption), ...more });
const tagged = (tags: Record<string, string>) =>
  aTrigger({ eventName: "PutBucketTagging", requested: { kind: "tags", tags } });
const seen = (changes: Partial<Survey> = {}) =>
  surveyed({ plan: compliant, look: aLook({ observed: kms }), ...changes });
const withTags = (tags: Record<string, string>) => seen({ facts: { ...surveyed().facts, tags: known(tags) } });

describe("a look that found nothing to do answers", () => {
  test("a call that asked for what it saw", () => {
    expect(answered(seen(), asked(kms))).toBe(true);
    expect(answered(seen(), asked(aes))).toBe(false);
  });

  test("a call that a later write of ours undid", () => {
    const look = aLook({ found: aState({ lastWriteAt: at(-1) }), observed: kms });
    expect(answered(seen({ look }), asked(aes, { eventTime: eventAt(-5) }))).toBe(true);
    expect(answered(seen({ look }), asked(aes, { eventTime: eventAt(0) }))).toBe(false);
  });

  test("tags that it saw, or that no rule asks for", () => {
    expect(answered(seen(), tagged({ team: "a" }))).toBe(true);
    expect(answered(withTags({ team: "a" }), tagged({ team: "a" }))).toBe(true);
    expect(answered(withTags({ team: "a" }), tagged({ team: "b" }))).toBe(false);
  });

  test("a change of what only hazards depend on, which matter where there is something to write", () => {
    const told = aTrigger({ eventName: "PutBucketReplication", requested: null });
    expect(answered(seen(), told)).toBe(true);
    expect(answered(seen({ plan: aPlan({ ...compliant, verdict: "violation" }) }), told)).toBe(false);
  });

  test.each(["CreateBucket", "DeleteBucket", "PutBucketNotification"])("no %s", (eventName) => {
    expect(answered(seen(), aTrigger({ eventName, requested: null }))).toBe(false);
    expect(answered(seen({ plan: aPlan({ ...compliant, verdict: "exempt" }) }), aTrigger({ eventName }))).toBe(false);
  });
});

describe("a look answers no event", () => {
  test.each(["violation", "unknown", "gone"] as const)("where the bucket is not as it should be (%s)", (verdict) => {
    expect(answered(seen({ plan: aPlan({ ...compliant, verdict }) }), asked(kms))).toBe(false);
  });

  test("where a write is open", () => {
    const look = aLook({ found: aState({ intent: anIntent() }), observed: kms });
    expect(answered(seen({ look }), asked(kms))).toBe(false);
  });
});
