import { describe, expect, test } from "vitest";
import { evidentlySeen, evidentlyUnseen } from "#core/bucket/evident";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import { parseEvent } from "#core/event/bucket-event";
import type { Trigger } from "#core/event/trigger";
import type { Verdict } from "#core/outcome";
import {
  bucketEvent,
  createBucketEvent,
  deleteBucketEncryptionEvent,
  putBucketEncryptionEvent,
  putBucketTaggingEvent,
  tagResourceEvent,
} from "../../events/cloudtrail.ts";
import { keyArn } from "../../support/core/world.ts";

const key = keyArn(1);
const aes: BucketEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
const kms: BucketEncryption = { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" };

function plan(before: BucketEncryption | null, verdict: Verdict = "compliant"): Plan {
  const action = "none";
  return {
    action,
    verdict,
    before,
    rule: "r",
    exemption: null,
    mode: "enforce",
    accept: [],
    namesBucket: false,
    after: null,
    declaredKey: null,
    differs: [],
    reasons: [],
  };
}

function trigger(event: unknown): Trigger {
  const parsed = parseEvent(event);
  if (parsed.kind !== "work") throw new Error(parsed.why);
  return parsed.trigger;
}

function put(changes: object = {}, byDefault: object = {}): Trigger {
  return trigger(
    putBucketEncryptionEvent({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key, ...byDefault },
      BucketKeyEnabled: true,
      ...changes,
    }),
  );
}

describe("a call that changes encryption is visible", () => {
  test("if the state is what it asked for", () => {
    expect(evidentlySeen(put(), plan(kms))).toBe(true);
    expect(evidentlySeen(put({ BlockedEncryptionTypes: { EncryptionType: "SSE-C" } }), plan(kms))).toBe(true);
    expect(
      evidentlySeen(put({ BlockedEncryptionTypes: { EncryptionType: "NONE" } }), plan({ ...kms, sseC: "NONE" })),
    ).toBe(true);
    expect(evidentlySeen(put(), plan({ ...kms, sseC: "not-stated" }))).toBe(true);
  });

  test.each<[string, Trigger, BucketEncryption]>([
    ["another algorithm", put({}, { SSEAlgorithm: "aws:kms:dsse" }), kms],
    ["another key", put({}, { KMSMasterKeyID: keyArn(2) }), kms],
    ["another spelling of the key", put({}, { KMSMasterKeyID: "alias/s3-default" }), kms],
    ["another bucket key", put({ BucketKeyEnabled: false }), kms],
    ["SSE-C allowed", put({ BlockedEncryptionTypes: { EncryptionType: "NONE" } }), kms],
    ["SSE-C left out, which blocks it", put(), { ...kms, sseC: "NONE" }],
    [
      "SSE-C blocked where it is not stated",
      put({ BlockedEncryptionTypes: { EncryptionType: "SSE-C" } }),
      { ...kms, sseC: "not-stated" },
    ],
    ["nobody knows what", trigger(bucketEvent("PutBucketEncryption")), kms],
    ["tags, by a call that should not", { ...put(), requested: { kind: "tags", tags: {} } }, kms],
  ])("not if it asked for %s", (_, asked, seen) => {
    expect(evidentlySeen(asked, plan(seen))).toBe(false);
  });

  test("in the case of DeleteBucketEncryption if the state is AES256", () => {
    const reset = trigger(deleteBucketEncryptionEvent());
    expect(evidentlySeen(reset, plan(aes))).toBe(true);
    expect(evidentlySeen(reset, plan({ bucketKey: false, sseC: "SSE-C" }))).toBe(true);
    expect(evidentlySeen(reset, plan(kms))).toBe(false);
    const empty = trigger(putBucketEncryptionEvent(""));
    expect(evidentlySeen(empty, plan(aes))).toBe(true);
  });

  test("in the case of CreateBucket if the state is that of a new bucket, whatever its SSE-C setting", () => {
    const created = trigger(createBucketEvent());
    expect(evidentlySeen(created, plan({ ...aes, sseC: "not-stated" }))).toBe(true);
    expect(evidentlySeen(created, plan({ bucketKey: false, sseC: "SSE-C" }))).toBe(true);
    expect(evidentlySeen(created, plan({ ...aes, bucketKey: true }))).toBe(false);
    expect(evidentlySeen(created, plan({ ...kms, bucketKey: false }))).toBe(false);
  });

  test.each<[Verdict, boolean]>([
    ["exempt", true],
    ["unmanaged", true],
    ["compliant", false],
    ["violation", false],
    ["unknown", false],
    ["gone", false],
  ])("whatever was asked for, where the verdict is %s: %s", (verdict, evident) => {
    expect(evidentlySeen(put(), plan(null, verdict))).toBe(evident);
    expect(evidentlySeen(put(), plan(aes, verdict))).toBe(evident);
    expect(evidentlySeen(put(), plan(kms, verdict))).toBe(true);
  });
});

describe("a call that changes what hazards depend on", () => {
  test.each<[Verdict, boolean]>([
    ["compliant", true],
    ["exempt", true],
    ["gone", true],
    ["violation", false],
    ["unknown", false],
  ])("matters where there is something to write, or nothing could be read: %s", (verdict, evident) => {
    const told = trigger(bucketEvent("PutBucketReplication"));
    expect(evidentlySeen(told, plan(aes, verdict))).toBe(evident);
    expect(evidentlyUnseen(told, plan(aes, verdict))).toBe(false);
  });
});

describe("a call that changes tags is visible", () => {
  const pair = { Key: "team", Value: "a" };
  const putTags = trigger(putBucketTaggingEvent(pair));
  const addTags = trigger(tagResourceEvent("arn:aws:s3:::invoices", pair));
  const removeTags = trigger(bucketEvent("UntagResource", { requestParameters: { tagKeys: ["team"] } }));
  const noTags = trigger(bucketEvent("DeleteBucketTagging"));

  test("if no tags were read, since no rule depends on them", () => {
    for (const asked of [putTags, addTags, removeTags, noTags]) {
      expect(evidentlySeen(asked, plan(kms))).toBe(true);
    }
  });

  test.each<[string, Trigger, Record<string, string>, boolean]>([
    ["put, seen", putTags, { team: "a" }, true],
    ["put, another value", putTags, { team: "b" }, false],
    ["put, not seen", putTags, {}, false],
    ["put, with another beside it", putTags, { team: "a", env: "x" }, false],
    [
      "put, named like what every object has",
      trigger(putBucketTaggingEvent({ Key: "toString", Value: "a" })),
      { team: "a" },
      false,
    ],
    ["added, seen", addTags, { team: "a" }, true],
    ["added, with another beside it", addTags, { team: "a", env: "x" }, true],
    ["added, not seen", addTags, { env: "x" }, false],
    ["removed: cannot be determined", removeTags, {}, false],
    ["deleted, seen", noTags, {}, true],
    ["deleted, not seen", noTags, { team: "a" }, false],
    ["encryption, by a call that should not", { ...put(), eventName: "TagResource" }, {}, false],
  ])("%s", (_, asked, tags, evident) => {
    expect(evidentlySeen(asked, plan(kms), tags)).toBe(evident);
    expect(evidentlySeen(asked, plan(null, "exempt"), tags)).toBe(evident);
  });
});

describe("a call asked for something other than what was seen", () => {
  const pair = { Key: "team", Value: "a" };

  test.each<[string, Trigger, Plan, Record<string, string> | undefined, boolean]>([
    ["encryption, seen", put(), plan(kms, "violation"), undefined, false],
    ["encryption, not seen", put(), plan(aes, "violation"), undefined, true],
    ["nobody knows what", trigger(bucketEvent("PutBucketEncryption")), plan(aes, "violation"), undefined, false],
    ["a new bucket", trigger(createBucketEvent()), plan(kms, "violation"), undefined, false],
    ["tags, seen", trigger(putBucketTaggingEvent(pair)), plan(aes, "violation"), { team: "a" }, false],
    ["tags, not seen", trigger(putBucketTaggingEvent(pair)), plan(aes, "violation"), {}, true],
    ["tags, which nobody read", trigger(putBucketTaggingEvent(pair)), plan(aes, "violation"), undefined, false],
    ["tags, by a call that should not", { ...put(), eventName: "TagResource" }, plan(aes, "violation"), {}, false],
  ])("%s", (_, asked, judged, tags, unseen) => {
    expect(evidentlyUnseen(asked, judged, tags)).toBe(unseen);
  });
});
