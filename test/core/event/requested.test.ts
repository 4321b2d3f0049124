import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import type { RequestedChange } from "#core/event/trigger";
import {
  bucketEvent,
  deleteBucketEncryptionEvent,
  putBucketEncryptionEvent,
  putBucketTaggingEvent,
  tagResourceEvent,
} from "../../events/cloudtrail.ts";

const kmsRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/mine" },
  BucketKeyEnabled: true,
  BlockedEncryptionTypes: { EncryptionType: "NONE" },
};
const kms: RequestedChange = {
  kind: "encryption",
  encryption: { algorithm: "aws:kms", key: "alias/mine", bucketKey: true, sseC: "NONE" },
};

function requested(event: unknown): RequestedChange | null | string {
  const parsed = parseEvent(event);
  return parsed.kind === "work" ? parsed.trigger.requested : parsed.why;
}

describe("the change that a call requested", () => {
  test.each<[string, unknown, RequestedChange | null]>([
    ["one rule as an object", kmsRule, kms],
    ["one rule in a list", [kmsRule], kms],
    ["two rules: cannot be determined", [kmsRule, kmsRule], null],
    ["an empty rule", "", { kind: "encryption", encryption: { bucketKey: false, sseC: "not-stated" } }],
    ["no rule", undefined, { kind: "encryption", encryption: { bucketKey: false, sseC: "not-stated" } }],
    ["the bucket key as text", { ...kmsRule, BucketKeyEnabled: "TRUE" }, kms],
    [
      "the bucket key as other text",
      { BucketKeyEnabled: "no" },
      { kind: "encryption", encryption: { bucketKey: false, sseC: "not-stated" } },
    ],
    ["blocked types in a list", { ...kmsRule, BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }, kms],
    ["blocked types as text", { ...kmsRule, BlockedEncryptionTypes: "NONE" }, kms],
    ["blocked types as a bare list", { ...kmsRule, BlockedEncryptionTypes: ["NONE"] }, kms],
    [
      "SSE-C blocked",
      { BlockedEncryptionTypes: { EncryptionType: "SSE-C" } },
      { kind: "encryption", encryption: { bucketKey: false, sseC: "SSE-C" } },
    ],
    [
      "two blocked types: cannot be determined",
      { ...kmsRule, BlockedEncryptionTypes: { EncryptionType: ["NONE", "SSE-C"] } },
      null,
    ],
    [
      "an unknown blocked type: cannot be determined",
      { ...kmsRule, BlockedEncryptionTypes: { EncryptionType: "SSE-X" } },
      null,
    ],
    [
      "a key id that looks like a number",
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: 12 } },
      { kind: "encryption", encryption: { algorithm: "aws:kms", key: "12", bucketKey: false, sseC: "not-stated" } },
    ],
    [
      "a key id longer than any: the bucket shows another text for it",
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "k".repeat(513) } },
      null,
    ],
    ["an algorithm longer than any", { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "a".repeat(257) } }, null],
  ])("encryption: %s", (_, rule, change) => {
    expect(requested(putBucketEncryptionEvent(rule))).toEqual(change);
  });

  test("is read from `Rules` as from `Rule`, and unknown without a body", () => {
    const body = { ServerSideEncryptionConfiguration: { Rules: [kmsRule] } };
    expect(requested(putBucketEncryptionEvent(undefined, { requestParameters: body }))).toEqual(kms);
    expect(requested(bucketEvent("PutBucketEncryption"))).toBeNull();
  });

  test("is S3's base level for DeleteBucketEncryption", () => {
    expect(requested(deleteBucketEncryptionEvent())).toEqual({
      kind: "encryption",
      encryption: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    });
  });

  test.each<[string, unknown, Record<string, string> | null]>([
    ["one as an object", { Key: "team", Value: "a" }, { team: "a" }],
    [
      "several",
      [
        { Key: "team", Value: "a" },
        { Key: "env", Value: "" },
      ],
      { team: "a", env: "" },
    ],
    ["none", undefined, {}],
    ["a value that looks like a boolean", { Key: "on", Value: true }, { on: "true" }],
    ["a value that looks like a number", { Key: 7, Value: 12 }, { "7": "12" }],
    ["an empty value left out", { Key: "team" }, { team: "" }],
    ["one without a key: cannot be determined", [{ Key: "team", Value: "a" }, { Value: "b" }], null],
  ])("tags: %s", (_, tag, tags) => {
    const change = tags === null ? null : { kind: "tags", tags };
    expect(requested(putBucketTaggingEvent(tag))).toEqual(change);
    if (tag !== undefined) expect(requested(tagResourceEvent("arn:aws:s3:::invoices", tag))).toEqual(change);
  });

  test.each([
    ["events on", { NotificationConfiguration: { EventBridgeConfiguration: "" } }, true],
    ["events off, with a queue", { NotificationConfiguration: { QueueConfiguration: { Queue: "q" } } }, false],
    ["nothing at all", { NotificationConfiguration: "" }, false],
  ])("is read from notifications: %s", (_, requestParameters, sendsEvents) => {
    expect(requested(bucketEvent("PutBucketNotification", { requestParameters }))).toEqual({
      kind: "notifications",
      sendsEvents,
    });
    expect(requested(bucketEvent("PutBucketNotification"))).toBeNull();
  });

  test("is read from a bare list of tags, unknown without a body, and no tags for their deletion", () => {
    const Tagging = { TagSet: [{ Key: "team", Value: "a" }] };
    expect(requested(bucketEvent("PutBucketTagging", { requestParameters: { Tagging } }))).toEqual({
      kind: "tags",
      tags: { team: "a" },
    });
    expect(requested(bucketEvent("PutBucketTagging"))).toBeNull();
    expect(requested(bucketEvent("DeleteBucketTagging"))).toEqual({ kind: "tags", tags: {} });
  });
});
