import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectCalls } from "#core/event/calls";
import { parseObjectEvent } from "#core/event/object-event";
import type { ParsedObjectEvent } from "#core/event/object-work";
import { alice, roleSession } from "../../events/cloudtrail.ts";
import { dataEvent, objectCreated, oddKeys, updateObjectEncryption } from "../../events/object.ts";
import { keyArn, ref } from "../../support/core/world.ts";

type Work = Extract<ParsedObjectEvent, { kind: "work" }>;

function work(event: unknown): Work {
  const parsed = parseObjectEvent(event);
  if (parsed.kind !== "work") throw new Error(JSON.stringify(parsed));
  return parsed;
}

function why(event: unknown): string {
  const parsed = parseObjectEvent(event);
  return parsed.kind === "work" ? "work" : `${parsed.kind}: ${parsed.why}`;
}

test("a call on a directory bucket is work too, so that a rule naming the bucket gets an alert", () => {
  const event = dataEvent("PutObject", "a", {
    bucket: "a--use1-az4--x-s3",
    record: { eventSource: "s3express.amazonaws.com" },
  });
  expect(parseObjectEvent(event)).toMatchObject({ kind: "work", object: { bucket: { bucket: "a--use1-az4--x-s3" } } });
});

describe("S3's Object Created", () => {
  test("is work on the object by name and version, with the caller as far as S3 names it", () => {
    expect(work(objectCreated("a/b.pdf", { versionId: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e" }))).toEqual({
      kind: "work",
      object: { bucket: ref, key: "a/b.pdf", versionId: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e" },
      trigger: {
        source: "s3-events",
        eventId: "17793124-05d4-b198-2fde-7ededc63b103",
        eventName: "PutObject",
        eventTime: "2026-11-21T08:15:14Z",
        actor: {
          type: "AWSAccount",
          arn: null,
          accountId: "111122223333",
          session: null,
          sourceIdentity: null,
          sourceIp: "198.51.100.7",
          invokedBy: null,
        },
        issuer: null,
        applied: null,
      },
    });
  });

  test("names no version in a bucket without them", () => {
    expect(work(objectCreated("a")).object).toStrictEqual({ bucket: ref, key: "a" });
  });

  test.each(["PutObject", "POST Object", "CopyObject", "CompleteMultipartUpload"])(
    "is work for the reason %s",
    (reason) => {
      expect(work(objectCreated("a", { reason })).trigger.eventName).toBe(reason);
    },
  );

  test("is work without a reason or an address too", () => {
    const { trigger } = work(objectCreated("a", { detail: { reason: undefined, "source-ip-address": undefined } }));
    expect(trigger.eventName).toBe("Object Created");
    expect(trigger.actor.sourceIp).toBeNull();
  });

  test("caused by a service names the service", () => {
    const { actor } = work(objectCreated("a", { requester: "s3.amazonaws.com" })).trigger;
    expect(actor).toMatchObject({ type: "AWSService", accountId: null, invokedBy: "s3.amazonaws.com" });
    const nobody = work(objectCreated("a", { detail: { requester: undefined } })).trigger.actor;
    expect(nobody).toMatchObject({ type: "AWSService", accountId: null, invokedBy: null });
    expect(work(objectCreated("a", { requester: "1111222233334" })).trigger.actor.type).toBe("AWSService");
  });

  test("is read from a text as well", () => {
    expect(work(JSON.stringify(objectCreated("a"))).object.key).toBe("a");
  });

  test("in another partition is a bucket of that partition", () => {
    const event = objectCreated("a", { envelope: { region: "cn-north-1" } });
    expect(work(event).object.bucket).toMatchObject({ partition: "aws-cn", region: "cn-north-1" });
  });
});

describe("a data event", () => {
  test.each(objectCalls)("of %s is work", (name) => {
    expect(work(dataEvent(name, "a"))).toMatchObject({
      object: { bucket: ref, key: "a" },
      trigger: { source: "data-events", eventName: name, eventTime: "2026-11-21T08:15:14Z" },
    });
  });

  test("names the caller and the role", () => {
    const { trigger } = work(dataEvent("PutObject", "a", { userIdentity: roleSession("path/app", "session") }));
    expect(trigger.issuer).toBe("arn:aws:iam::111122223333:role/path/app");
    expect(trigger.actor).toMatchObject({ type: "AssumedRole", session: "session", sourceIp: "198.51.100.7" });
    expect(work(dataEvent("PutObject", "a", { userIdentity: alice })).trigger.issuer).toBeNull();
  });

  test("shows in its response what was applied", () => {
    const event = dataEvent("PutObject", "a", {
      responseElements: {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": keyArn(2),
      },
      additionalEventData: { SSEApplied: "SSE_KMS" },
    });
    expect(work(event).trigger.applied).toEqual({ sse: "SSE_KMS", algorithm: "aws:kms", key: keyArn(2) });
  });

  test("without SSEApplied, as every completed multipart upload, still says algorithm and key", () => {
    const event = dataEvent("CompleteMultipartUpload", "a", {
      requestParameters: {
        uploadId: "u",
        CompleteMultipartUpload: {
          Part: [
            { PartNumber: 1, ETag: '"e"' },
            { PartNumber: 2, ETag: '"f"' },
          ],
        },
      },
      responseElements: {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": keyArn(2),
        "x-amz-version-id": "v7",
      },
      additionalEventData: { objectSize: -1 },
    });
    const { object, trigger } = work(event);
    expect(object.versionId).toBe("v7");
    expect(trigger.applied).toEqual({ sse: null, algorithm: "aws:kms", key: keyArn(2) });
  });

  test("of an upload under SSE-C shows that without SSEApplied too", () => {
    const responseElements = { "x-amz-server-side-encryption-customer-algorithm": "AES256" };
    expect(work(dataEvent("CompleteMultipartUpload", "a", { responseElements })).trigger.applied).toEqual({
      sse: "SSE_C",
      algorithm: null,
      key: null,
    });
  });

  test("names the key of the request if the response names none", () => {
    const requestParameters = { "x-amz-server-side-encryption-aws-kms-key-id": "alias/b" };
    expect(work(dataEvent("PutObject", "a", { requestParameters })).trigger.applied?.key).toBe("alias/b");
  });

  test("of UpdateObjectEncryption names key and version in its request alone", () => {
    const event = updateObjectEncryption("a", keyArn(2), { requestParameters: { versionId: "v3" } });
    const { object, trigger } = work(event);
    expect(object.versionId).toBe("v3");
    expect(trigger.applied).toEqual({ sse: null, algorithm: "aws:kms", key: keyArn(2) });
    const spelled = dataEvent("UpdateObjectEncryption", "a", {
      requestParameters: { ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn(3) } } },
    });
    expect(work(spelled).trigger.applied?.key).toBe(keyArn(3));
  });

  test("of a plain write claims no algorithm that the record does not show", () => {
    expect(work(dataEvent("PutObject", "a", { responseElements: {} })).trigger.applied).toEqual({
      sse: null,
      algorithm: null,
      key: null,
    });
  });

  test.each<[string, object, object, string]>([
    ["what the answer says", { "x-amz-version-id": "v1" }, { versionId: "v2" }, "v1"],
    ["the request's versionId", {}, { versionId: "v2", "x-amz-version-id": "v3" }, "v2"],
    ["the request's header, as for replicas", {}, { "x-amz-version-id": "v3" }, "v3"],
  ])("is about the version of %s", (_, responseElements, requestParameters, versionId) => {
    expect(work(dataEvent("PutObject", "a", { responseElements, requestParameters })).object.versionId).toBe(versionId);
  });

  test("falls back on the envelope's account", () => {
    expect(work(dataEvent("PutObject", "a", { record: { recipientAccountId: undefined } })).object.bucket.account).toBe(
      "111122223333",
    );
  });

  test("on another account's bucket is left to that account", () => {
    const resources = [
      { type: "AWS::S3::Object", ARN: "arn:aws:s3:::invoices/a" },
      { accountId: "444455556666", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::invoices" },
    ];
    expect(why(dataEvent("PutObject", "a", { record: { resources } }))).toBe(
      "ignore: a bucket of account 444455556666, whose own trail reports it",
    );
    const source = [
      { accountId: "444455556666", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::source" },
      { accountId: "111122223333", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::invoices" },
    ];
    expect(why(dataEvent("CopyObject", "a", { record: { resources: source } }))).toBe("work");
    expect(why(dataEvent("PutObject", "a", { record: { resources: undefined } }))).toBe("work");
    expect(why(dataEvent("PutObject", "a", { record: { resources: [{ accountId: "444455556666" }] } }))).toBe("work");
    const unnamed = [{ accountId: "AWS Internal", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::invoices" }];
    expect(why(dataEvent("PutObject", "a", { record: { resources: unnamed } }))).toBe("work");
  });
});

describe("an object key", () => {
  test.each(oddKeys)("%j is read unchanged from both sources", (key) => {
    expect(work(JSON.stringify(objectCreated(key))).object.key).toBe(key);
    expect(work(JSON.stringify(dataEvent("PutObject", key))).object.key).toBe(key);
  });

  test("of up to 1,024 bytes is read unchanged", () => {
    const anyKey = fc
      .string({ unit: "binary", minLength: 1 })
      .filter((key) => new TextEncoder().encode(key).length <= 1024);
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(work(JSON.stringify(objectCreated(key))).object.key).toBe(key);
        expect(work(JSON.stringify(dataEvent("CopyObject", key))).object.key).toBe(key);
      }),
    );
  });

  test("longer than S3 allows, in bytes and not in characters, is none", () => {
    expect(why(objectCreated("ä".repeat(513)))).toMatch(/^malformed: Object Created: key: longer than a key can be/);
    expect(why(dataEvent("PutObject", "a".repeat(1025)))).toMatch(/^malformed: PutObject: key: longer/);
    expect(work(objectCreated("a".repeat(1024))).object.key).toHaveLength(1024);
  });
});

describe("an event is ignored, with the reason", () => {
  test.each<[string, unknown, string]>([
    ["another event of S3", { "detail-type": "Object Deleted", detail: {} }, "ignore: detail-type is Object Deleted"],
    ["a call on a bucket", dataEvent("PutBucketTagging", "a"), "ignore: PutBucketTagging writes no object"],
    [
      "the start of an upload",
      dataEvent("CreateMultipartUpload", "a"),
      "ignore: CreateMultipartUpload writes no object",
    ],
    [
      "another service",
      dataEvent("PutObject", "a", { record: { eventSource: "kms.amazonaws.com" } }),
      "ignore: a call to kms.amazonaws.com",
    ],
    [
      "a call that failed",
      dataEvent("PutObject", "a", { record: { errorCode: "AccessDenied" } }),
      "ignore: the call failed: AccessDenied",
    ],
    [
      "a failed completion, whose answer names a version that never was",
      dataEvent("CompleteMultipartUpload", "a", {
        responseElements: { "x-amz-version-id": "v1" },
        record: { errorCode: "InvalidPart" },
      }),
      "ignore: the call failed: InvalidPart",
    ],
    [
      "a record without a name",
      dataEvent("PutObject", "a", { record: { eventName: undefined } }),
      "ignore:  writes no object",
    ],
    [
      "a record without a source",
      dataEvent("PutObject", "a", { record: { eventSource: undefined } }),
      "ignore: a call to ",
    ],
  ])("%s", (_, event, said) => {
    expect(why(event)).toBe(said);
  });

  test("but not for an empty error code", () => {
    expect(why(dataEvent("PutObject", "a", { record: { errorCode: "" } }))).toBe("work");
  });
});

describe("an event is malformed, with the reason", () => {
  test.each<[string, unknown, RegExp]>([
    ["no event", null, /^malformed: no event of EventBridge$/],
    ["text that is no JSON", "{", /^malformed: no event of EventBridge$/],
    ["S3's test message", { Service: "Amazon S3", Event: "s3:TestEvent" }, /^malformed: no event of EventBridge$/],
    ["no key, from S3", objectCreated(undefined), /^malformed: Object Created: key: /],
    ["a key that is no text", objectCreated(7), /^malformed: Object Created: key: /],
    ["an empty key", objectCreated(""), /^malformed: Object Created: key: /],
    [
      "no key, from CloudTrail",
      dataEvent("PutObject", undefined, { record: { resources: undefined } }),
      /^malformed: PutObject: key: /,
    ],
    [
      "a truncated request, and no resources",
      dataEvent("CompleteMultipartUpload", "a", {
        record: { requestParameters: { omitted: true, originalSize: 300000 }, resources: undefined },
      }),
      /^malformed: CompleteMultipartUpload: bucket: .*; key: /,
    ],
    [
      "no detail",
      objectCreated("a", { envelope: { detail: undefined } }),
      /^malformed: Object Created: bucket: .*key: /,
    ],
    ["no id", objectCreated("a", { envelope: { id: undefined } }), /^malformed: Object Created: eventId: /],
    ["no time", objectCreated("a", { envelope: { time: "yesterday" } }), /^malformed: Object Created: eventTime: /],
    ["no account", objectCreated("a", { envelope: { account: "1234" } }), /^malformed: Object Created: account: /],
    [
      "13 digits",
      objectCreated("a", { envelope: { account: "1111222233334" } }),
      /^malformed: Object Created: account: /,
    ],
    ["no Region", objectCreated("a", { envelope: { region: "aws-global" } }), /^malformed: Object Created: region: /],
    [
      "half a Region",
      objectCreated("a", { envelope: { region: "eu-west-1a" } }),
      /^malformed: Object Created: region: /,
    ],
    [
      "no name",
      objectCreated("a", { detail: { bucket: { name: "no/bucket" } } }),
      /^malformed: Object Created: bucket: /,
    ],
    ["an empty version", objectCreated("a", { versionId: "" }), /^malformed: Object Created: versionId: /],
  ])("%s", (_, event, said) => {
    expect(why(event)).toMatch(said);
  });

  test("and never makes the parser throw, whatever it is", () => {
    fc.assert(fc.property(fc.anything(), (event) => void expect(parseObjectEvent(event).kind).toBe("malformed")));
    const mangled = fc
      .tuple(fc.constantFrom("detail", "account", "region", "time", "id", "detail-type"), fc.anything())
      .map(([name, value]) => ({ ...dataEvent("PutObject", "a"), [name]: value }));
    fc.assert(
      fc.property(mangled, (event) => void expect(parseObjectEvent(event).kind).toMatch(/work|ignore|malformed/)),
    );
  });
});
