import type { DynamoDBRecord, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { postponed } from "#core/bucket/work";
import { RetryableError } from "../../aws/error.ts";
import { readWork } from "../../functions/bucket/message.ts";
import { streamChange } from "../../functions/policy/stream.ts";
import { inTime } from "../../functions/queue/deadline.ts";
import { environment } from "../../functions/runtime/environment.ts";
import { createBucketEvent, putBucketEncryptionEvent } from "../events/cloudtrail.ts";

const account = "111122223333";

describe("a queue message", () => {
  const read = (body: unknown) =>
    readWork({ messageId: "m-1", body: typeof body === "string" ? body : JSON.stringify(body) } as SQSRecord, account);

  test("of EventBridge is work on one bucket, with who asked for it", () => {
    expect(read(putBucketEncryptionEvent({}, { bucket: "invoices", eventId: "e-1" }))).toMatchObject({
      kind: "work",
      work: {
        ref: { partition: "aws", account, region: "eu-west-1", bucket: "invoices" },
        ids: ["m-1"],
        triggers: [{ eventId: "e-1", eventName: "PutBucketEncryption" }],
        after: [],
      },
    });
  });

  test("of our own is the same work again, under the message's own id", () => {
    const first = read(createBucketEvent({ bucket: "invoices" }));
    if (first.kind !== "work") throw new Error("no work");
    expect(read(postponed(first.work, "settle"))).toEqual({
      kind: "work",
      work: { ...first.work, after: ["settle"] },
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

  test.each([createBucketEvent({ account: "444455556666" })])("about another account's bucket is malformed", (body) => {
    expect(read(body)).toEqual({
      kind: "malformed",
      why: "the bucket's account 444455556666 is not this one (111122223333)",
    });
  });

  test("of our own about another account's bucket is malformed too", () => {
    const ref = { partition: "aws", account: "444455556666", region: "eu-west-1", bucket: "invoices" };
    expect(read({ schema: "bucketseal.work/1", ref, after: [], triggers: [] }).kind).toBe("malformed");
  });
});

describe("the environment", () => {
  const complete = {
    ACCOUNT_ID: account,
    AWS_REGION: "eu-west-1",
    POLICY_TABLE: "policy",
    LEDGER_TABLE: "ledger",
    TOPIC_ARN: "topic",
    PAUSE_PARAMETER: "/bucketseal/test/writes",
    QUEUE_URL: "events",
    DEAD_LETTER_QUEUE_URL: "dead",
    OWN_SESSION_PREFIX: "arn:aws:sts::111122223333:assumed-role/bucketseal/",
    OWN_ROLE_ARN: "arn:aws:iam::111122223333:role/bucketseal",
    MANAGE_NOTIFICATIONS: "off" as const,
  };

  test("is taken as it is, without what is none of our business", () => {
    expect(environment({ ...complete, HOME: "/root" })).toEqual(complete);
  });

  test.each(Object.keys(complete))("fails the cold start without %s", (name) => {
    expect(() => environment({ ...complete, [name]: undefined })).toThrow(name);
  });

  test("fails the cold start with an account that is none", () => {
    expect(() => environment({ ...complete, ACCOUNT_ID: "0" })).toThrow("ACCOUNT_ID");
  });
});

describe("a record of the policy table's stream", () => {
  test("is a change with what was before and after", () => {
    const image = { pk: { S: "POLICY" }, sk: { S: "CURRENT" }, version: { N: "2" } };
    const Keys = { pk: { S: "POLICY" }, sk: { S: "CURRENT" } };
    expect(streamChange({ dynamodb: { Keys, NewImage: image } })).toEqual({
      key: { pk: "POLICY", sk: "CURRENT" },
      before: null,
      after: image,
    });
    expect(streamChange({ dynamodb: { Keys, OldImage: image } }).before).toEqual(image);
  });

  test("without anything in it is no reason to fail", () => {
    expect(streamChange({} as DynamoDBRecord)).toEqual({ key: { pk: "", sk: "" }, before: null, after: null });
  });
});

describe("work before a deadline", () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test("is what it comes to", async () => {
    await expect(inTime(1_000, Date.now, Promise.resolve("done"))).resolves.toBe("done");
    await expect(inTime(1_000, Date.now, Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is late comes back", async () => {
    const late = inTime(1_000, Date.now, new Promise(() => undefined));
    const told = expect(late).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(1_000);
    await told;
  });

  test("that is too late already comes back at once", async () => {
    const late = inTime(-1, Date.now, new Promise(() => undefined));
    const told = expect(late).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(0);
    await told;
  });
});
