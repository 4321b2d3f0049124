import { describe, expect, test } from "vitest";
import { MAX_TRIGGERS } from "#core/ledger/state";
import { postponed, postponedSchema, readBucketMessage } from "../../../functions/bucket/message.ts";
import { createBucketEvent, putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { aTrigger, at, eventAt, NOW, someWork } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const [account, region] = ["111122223333", "eu-west-1"];

describe("a queue message", () => {
  const read = (body: unknown) =>
    readBucketMessage(
      { messageId: "m-1", body: typeof body === "string" ? body : JSON.stringify(body) },
      { account, region },
    );

  test("of EventBridge is work on one bucket, with its caller", () => {
    expect(read(putBucketEncryptionEvent({}, { bucket: "invoices", eventId: "e-1" }))).toMatchObject({
      kind: "work",
      work: {
        ref: { partition: "aws", account, region: "eu-west-1", bucket: "invoices" },
        ids: ["m-1"],
        triggers: [{ eventId: "e-1", eventName: "PutBucketEncryption" }],
        after: [],
        since: null,
        hops: 0,
      },
    });
  });

  test("of our own is the same work, under the message's own id", () => {
    const first = read(createBucketEvent({ bucket: "invoices" }));
    if (first.kind !== "work") throw new Error("no work");
    expect(read(postponed(first.work, "settle", NOW, 20))).toEqual({
      kind: "work",
      work: { ...first.work, after: ["settle"], since: at(-10) },
    });
  });

  test.each([
    ["text", "hello"],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["an event of something else", JSON.stringify({ "detail-type": "AWS API Call via CloudTrail", detail: {} })],
    ["work with something added", { schema: "bucketseal.work/1", ref: {}, after: [], triggers: [], more: 1 }],
    ["work of another version", { schema: "bucketseal.work/2" }],
    ["SQS's own test of a notification", { Service: "Amazon S3", Event: "s3:TestEvent" }],
  ])("that nobody can read is malformed, with the reason: %s", (_what, body) => {
    const message = read(body);
    expect(message.kind).toBe("malformed");
    expect(message).toHaveProperty("why", expect.stringMatching(/.{10,}/));
  });

  test("about a failed call is ignored", () => {
    expect(read(createBucketEvent({ record: { errorCode: "AccessDenied" } })).kind).toBe("ignore");
  });

  test("about another account's bucket is foreign", () => {
    expect(read(createBucketEvent({ account: "444455556666" }))).toEqual({
      kind: "ignore",
      why: "an event of account 444455556666, not of this one (111122223333)",
      foreign: true,
    });
  });

  test.each([
    ["Region", { region: "us-east-1" }],
    ["partition", { partition: "aws-cn" }],
    ["account", { account: "444455556666" }],
  ])("of our own about a bucket of another %s is malformed", (_, place) => {
    const found = read({ ...postponed(someWork(), "busy", NOW, 20), ref: { ...ref, ...place } });
    expect(found.kind).toBe("malformed");
  });

  test("of our own whose actor lacks a field is malformed, with its cause", () => {
    const { sourceIp: _, ...actor } = aTrigger().actor;
    const message = { ...postponed(someWork(), "busy", NOW, 20), triggers: [{ ...aTrigger(), actor }] };
    expect(read(message)).toEqual({ kind: "malformed", why: expect.stringContaining("triggers") });
  });

  test("about a bucket of another Region is ignored", () => {
    expect(read(createBucketEvent({ bucket: "invoices", region: "us-east-1" })).kind).toBe("ignore");
  });

  test("of our own about another account's bucket is malformed too", () => {
    const ref = { partition: "aws", account: "444455556666", region: "eu-west-1", bucket: "invoices" };
    expect(read({ schema: "bucketseal.work/1", ref, after: [], triggers: [] }).kind).toBe("malformed");
  });
});

describe("a postponed look", () => {
  test("says which bucket, after what, and for which events", () => {
    expect(postponed(someWork({ after: ["busy"] }), "recheck", NOW, 20)).toEqual({
      schema: "bucketseal.work/1",
      ref,
      after: ["busy", "recheck"],
      since: at(0),
      triggers: [aTrigger()],
    });
  });

  test("says since when it waits, which for a new bucket leaves time for one more look after it has settled", () => {
    expect(postponed(someWork(), "settle", NOW, 20).since).toBe(at(20 - 40 + 10));
    expect(postponed(someWork({ since: at(-9) }), "busy", NOW, 20).since).toBe(at(-9));
    const { since: _, ...earlier } = postponed(someWork(), "busy", NOW, 20);
    expect(postponedSchema.parse(earlier).since).toBeNull();
  });

  test("names no reason twice", () => {
    expect(postponed(someWork({ after: ["busy", "settle"] }), "busy", NOW, 20).after).toEqual(["busy", "settle"]);
  });

  test("carries the newest events only", () => {
    const triggers = Array.from({ length: 25 }, (_, at) => aTrigger({ eventId: `${at}`, eventTime: eventAt(at) }));
    expect(postponed(someWork({ triggers }), "busy", NOW, 20).triggers).toEqual(triggers.slice(-MAX_TRIGGERS));
  });

  test("is received from the queue as it was sent", () => {
    const tags = aTrigger({ eventId: "2", eventName: "TagResource", requested: { kind: "tags", tags: { team: "a" } } });
    const stranger = aTrigger({ eventId: "3", actor: { ...aTrigger().actor, arn: null }, requested: null });
    for (const why of ["settle", "recheck", "busy"] as const) {
      const message = postponed(someWork({ triggers: [aTrigger(), tags, stranger] }), why, NOW, 20);
      expect(postponedSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    }
  });
});

describe("a requested change is carried along", () => {
  const asked = (value: string) => aTrigger({ requested: { kind: "tags", tags: { team: value } } });
  const overhead = JSON.stringify({ kind: "tags", tags: { team: "" } }).length;

  test("if it is short", () => {
    const short = asked("x".repeat(4096 - overhead));
    expect(postponed(someWork({ triggers: [short] }), "busy", NOW, 20).triggers).toEqual([short]);
  });

  test("but omitted if it is long, so that a message always fits the queue", () => {
    const long = asked("x".repeat(4097 - overhead));
    expect(postponed(someWork({ triggers: [long] }), "busy", NOW, 20).triggers).toEqual([{ ...long, requested: null }]);
  });
});

describe("a message is not a postponed look of ours", () => {
  const message = postponed(someWork(), "busy", NOW, 20);

  test.each<[string, object]>([
    ["of another schema", { ...message, schema: "bucketseal.work/2" }],
    ["that says more", { ...message, action: "write" }],
    ["whose bucket says more", { ...message, ref: { ...ref, plan: "write" } }],
    ["that lacks the bucket's account", { ...message, ref: { ...ref, account: undefined } }],
    ["postponed for a reason nobody knows", { ...message, after: ["whim"] }],
    ["with an event that is none", { ...message, triggers: ["event-1"] }],
    ...(["eventId", "eventName", "eventTime", "actor", "requested"] as const).map((field): [string, object] => [
      `with an event without ${field}`,
      { ...message, triggers: [{ ...aTrigger(), [field]: undefined }] },
    ]),
    ["with an event at no time", { ...message, triggers: [aTrigger({ eventTime: "yesterday" })] }],
    ["with an issuer that is none", { ...message, triggers: [{ ...aTrigger(), issuer: 7 }] }],
    ["with an actor of no type", { ...message, triggers: [{ ...aTrigger(), actor: { arn: null } }] }],
    ["with an actor without ARN", { ...message, triggers: [{ ...aTrigger(), actor: { type: "Root" } }] }],
    ["with a request of another kind", { ...message, triggers: [{ ...aTrigger(), requested: { kind: "acl" } }] }],
  ])("%s", (_, given) => {
    expect(postponedSchema.safeParse(given).success).toBe(false);
  });
});
