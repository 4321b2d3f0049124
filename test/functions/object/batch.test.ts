import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { writeAlarm } from "#aws/ledger/integrity-alarms";
import { putIntent, readIntents } from "#aws/ledger/object-intents";
import type { BucketRef } from "#core/names";
import { RecentEvents } from "../../../functions/object/recent-events.ts";
import { metrics } from "../../../functions/runtime/telemetry.ts";
import { dataEvent } from "../../events/object.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const region = "us-east-1";
/** Parallel calls that a bucket is allowed at first. */
const LANE = 8;
let desk: ObjectDesk;
let bucket: string;
let ref: BucketRef;

beforeAll(async () => {
  desk = await objectDesk(aws);
});

beforeEach(async () => {
  await fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "DELETE" });
  bucket = await desk.bucket();
  ref = { partition: "aws", account: "111122223333", region, bucket };
  desk.alerts.length = 0;
  await desk.waiting(desk.queueUrl);
  await desk.waiting(desk.deadLetterQueueUrl);
  await desk.calls(bucket);
});

const written = async (key: string, more: object = {}) => {
  await desk.put(bucket, key, more);
  return recordOf(createdEvent(bucket, key));
};
const fault = (...faults: object[]) =>
  fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "PUT", body: JSON.stringify(faults) });
const none = { batchItemFailures: [] };
const failures = (...records: { messageId: string }[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

/** Ends the bucket's last windows, as their messages would. */
async function endWindow(kind: "WINDOW" | "REKEY" = "WINDOW"): Promise<void> {
  const length = kind === "WINDOW" ? 60_000 : 5_000;
  for (const back of [2, 1, 0]) {
    const start = new Date((Math.floor(desk.shared.now() / length) - back) * length).toISOString();
    expect(await desk.run([recordOf({ schema: "bucketseal.window/1", ref, kind, start })])).toEqual(none);
  }
}

describe("the function of objects:", () => {
  test("an object that is not as declared is changed, counted, and alerted at the end of the window", async () => {
    expect(await desk.run([await written("a b+c%20")])).toEqual(none);
    expect(await desk.encryptionOf(bucket, "a b+c%20")).toBe("aws:kms");
    expect(desk.alerts).toEqual([]);
    expect(await readIntents(desk.shared.ledger, ref)).toEqual([]);
    await endWindow();
    await endWindow();
    expect(desk.alerts).toHaveLength(1);
    expect(desk.alerts[0]?.objects).toMatchObject({ counts: { changed: 1 }, samples: [{ key: "a b+c%20" }] });
  });

  test("an object that does not exist needs no alert", async () => {
    expect(await desk.run([recordOf(createdEvent(bucket, "never"))])).toEqual(none);
    await endWindow();
    expect(desk.alerts).toEqual([]);
  });

  test("an event of another account or Region is counted and deleted, and neither looked at nor sent to the dead-letter queue", async () => {
    const counted = vi.spyOn(metrics, "addMetric");
    const foreign = [{ account: "444455556666" }, { region: "eu-south-1" }].map((other) =>
      recordOf({ ...createdEvent(bucket, "a"), ...other }),
    );
    expect(await desk.run([...foreign, await written("b")])).toEqual(none);
    expect(counted).toHaveBeenCalledWith("ForeignEvents", "Count", 2);
    expect((await desk.calls(bucket)).filter((call) => call === "HeadObject")).toHaveLength(2);
    expect(await desk.waiting(desk.deadLetterQueueUrl)).toEqual([]);
  });

  test("several messages about one object are one look, counted once", async () => {
    const record = await written("a");
    const again = recordOf(createdEvent(bucket, "a"));
    expect(await desk.run([record, { ...record, messageId: randomUUID() }, again])).toEqual(none);
    await endWindow();
    expect(desk.alerts[0]?.objects?.counts).toEqual({ changed: 1 });
  });
});

describe("a batch", () => {
  test("with a malformed message is processed, and that message goes to the dead-letter queue with its cause", async () => {
    const record = await written("a");
    const foreign = recordOf({ ...createdEvent(bucket, "a"), account: "999988887777" });
    const unnamed = recordOf({ ...createdEvent(bucket, "a"), account: "9999" });
    const malformed = recordOf('{"detail-type": "Object Created"}');
    expect(await desk.run([malformed, record, foreign, unnamed])).toEqual(none);
    expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
    const letters = await desk.waiting(desk.deadLetterQueueUrl);
    expect(letters.map(({ body }) => body)).toEqual([malformed.body, unnamed.body]);
    expect(letters[0]?.cause).toContain("Object Created");
    expect(letters[1]?.cause).toContain("account");
  });

  test("has exactly its failed messages redelivered, with all messages about the same object", async () => {
    const other = await desk.bucket();
    await desk.put(other, "a");
    const [good, bad] = [await written("a"), recordOf(createdEvent(other, "a"))];
    const alsoBad = recordOf(createdEvent(other, "a"));
    await fault({ kind: "error500", service: "s3", api: "UpdateObjectEncryption", bucket: other });
    expect(await desk.run([good, bad, alsoBad])).toEqual(failures(bad, alsoBad));
    expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
    expect(await desk.encryptionOf(other, "a")).toBe("AES256");
  });

  test("with a message that failed twelve times, the queue's limit, sends it to the dead-letter queue with its cause", async () => {
    const record = { ...(await written("a")), attributes: recordOf("", 12).attributes };
    await fault({ kind: "error500", service: "s3", api: "HeadObject", bucket });
    expect(await desk.run([record])).toEqual(none);
    const [letter] = await desk.waiting(desk.deadLetterQueueUrl);
    expect(letter?.body).toBe(record.body);
    expect(letter?.cause).toContain("HeadObject");
    const once = { ...record, attributes: recordOf("", 11).attributes };
    expect(await desk.run([once])).toEqual(failures(once));
    expect(await desk.waiting(desk.deadLetterQueueUrl)).toEqual([]);
  });

  test("has objects not started in time requeued unchanged, which is no failure", async () => {
    const records = await Promise.all(Array.from({ length: 13 }, (_, at) => written(`${at}`)));
    await desk.calls(bucket);
    expect(await desk.run(records, { startIn: -1 })).toEqual(none);
    expect(await desk.calls(bucket)).toEqual([]);
    // The ends of earlier tests' windows arrive in the same queue.
    const again = (await desk.waiting(desk.queueUrl)).filter(({ body }) => body.includes(bucket));
    expect(again.map(({ body }) => body).sort()).toEqual(records.map(({ body }) => body).sort());
  });

  test("has objects that still wait for a slow bucket requeued, and finishes those that were started", async () => {
    const records = await Promise.all(Array.from({ length: 14 }, (_, at) => written(`${at}`)));
    await desk.calls(bucket);
    await fault({ kind: "timeout", service: "s3", api: "HeadObject", bucket, delayMs: 2_000, times: LANE });
    expect(await desk.run(records, { startIn: 1 })).toEqual(none);
    const updates = (await desk.calls(bucket)).filter((api) => api === "UpdateObjectEncryption");
    expect(updates).toHaveLength(LANE);
    const again = await desk.waiting(desk.queueUrl);
    const later = records.slice(LANE).map(({ body }) => body);
    expect(again.map(({ body }) => body).filter((body) => later.includes(body))).toHaveLength(later.length);
  });

  test("has messages redelivered that cannot be requeued", async () => {
    const record = await written("a");
    await fault({ kind: "error500", service: "sqs", api: "SendMessageBatch" });
    expect(await desk.run([record], { startIn: -1 })).toEqual(failures(record));
  });

  test.each(["throttle", "error500", "timeout"] as const)(
    "has an object redelivered whose window cannot request its end, not sent to the dead-letter queue: SQS with a %s",
    async (kind) => {
      const record = await written("a");
      await fault({ kind, service: "sqs", api: "SendMessage", ...(kind === "timeout" ? { delayMs: 6_000 } : {}) });
      expect(await desk.run([record])).toEqual(failures(record));
      await fault();
      expect(await desk.waiting(desk.deadLetterQueueUrl)).toEqual([]);
      expect(await desk.run([record])).toEqual(none);
      expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
    },
    60_000,
  );

  test("writes nothing after the deadline", async () => {
    const record = await written("a");
    await fault({ kind: "timeout", service: "s3", api: "HeadObject", bucket, delayMs: 1_500, times: 1 });
    expect(await desk.run([record], { seconds: 1 })).toEqual(failures(record));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await desk.encryptionOf(bucket, "a")).toBe("AES256");
  });

  test("is finished although S3 throttles it", async () => {
    const records = await Promise.all(Array.from({ length: 20 }, (_, at) => written(`${at}`)));
    await fault({ kind: "throttle", service: "s3", api: "*", bucket, probability: 0.3, seed: 7, times: 40 });
    expect(await desk.run(records)).toEqual(none);
    await fault();
    for (let at = 0; at < 20; at++) expect(await desk.encryptionOf(bucket, `${at}`)).toBe("aws:kms");
  });
});

describe("no repair of an object is silent:", () => {
  test("an intent is recorded before a write, and kept if the write was not confirmed", async () => {
    const record = await written("a");
    await fault({ kind: "error500", service: "s3", api: "UpdateObjectEncryption", bucket });
    await desk.run([record], { id: "first" });
    const intents = await readIntents(desk.shared.ledger, ref);
    expect(intents).toMatchObject([{ id: "first", objects: [{ key: "a", versionId: null }], told: false }]);
  });

  test("a write whose response was lost is counted by the look that confirms it", async () => {
    const record = await written("a");
    await fault({ kind: "after500", service: "s3", api: "UpdateObjectEncryption", bucket });
    expect(await desk.run([record])).toEqual(failures(record));
    await fault();
    expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
    expect(await desk.run([{ ...record, attributes: recordOf("", 2).attributes }])).toEqual(none);
    expect(await readIntents(desk.shared.ledger, ref)).toEqual([]);
    await endWindow();
    expect(desk.alerts[0]?.objects?.counts).toEqual({ changed: 1 });
  });

  test("a write of an invocation that was stopped is counted, and its intent closed, after its message was put back", async () => {
    const record = await written("a");
    await fault({ kind: "after500", service: "s3", api: "UpdateObjectEncryption", bucket });
    expect(await desk.run([record])).toEqual(failures(record));
    await fault();
    // Put back by the next invocation before its look had begun: as a new message, SQS counts it
    // from one.
    const hops = { stringValue: "1", dataType: "Number" };
    expect(await desk.run([{ ...record, messageAttributes: { hops } }])).toEqual(none);
    expect(await readIntents(desk.shared.ledger, ref)).toEqual([]);
    await endWindow();
    expect(desk.alerts[0]?.objects?.counts).toEqual({ changed: 1 });
  });

  test("an invocation that never returned has its objects named once", async () => {
    await desk.run([await written("counted")]);
    const until = new Date(desk.shared.now() - 1_000).toISOString();
    const objects = [{ key: "cut short", versionId: null }];
    await putIntent(desk.shared.ledger, ref, { id: "dead", objects, until });
    await endWindow();
    await endWindow();
    expect(desk.alerts).toHaveLength(1);
    expect(desk.alerts[0]?.objects?.unconfirmed).toEqual(["cut short"]);
  });

  test("an invocation that may still be running is waited for", async () => {
    await desk.run([await written("counted")]);
    const until = new Date(desk.shared.now() + 1_000).toISOString();
    const objects = [{ key: "under way", versionId: null }];
    await putIntent(desk.shared.ledger, ref, { id: "alive", objects, until });
    await endWindow();
    expect(desk.alerts[0]?.objects?.unconfirmed).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const bodies = (await desk.waiting(desk.queueUrl)).map(({ body }) => body);
    expect(bodies.filter((body) => body.includes("bucketseal.window/1") && body.includes(bucket))).toHaveLength(1);
    await desk.run([recordOf(bodies.find((body) => body.includes(bucket)) ?? "")]);
    expect(desk.alerts[1]?.objects?.unconfirmed).toEqual(["under way"]);
  });

  test("a window whose alert was sent waits for no other invocation, however busy the bucket is", async () => {
    await desk.run([await written("counted")]);
    const later = (seconds: number) => new Date(desk.shared.now() + seconds * 1000).toISOString();
    const intend = (id: string) =>
      putIntent(desk.shared.ledger, ref, { id, objects: [{ key: id, versionId: null }], until: later(1) });
    const ends = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const bodies = (await desk.waiting(desk.queueUrl)).map(({ body }) => body);
      return bodies.filter((body) => body.includes("bucketseal.window/1") && body.includes(bucket));
    };
    await intend("running");
    await endWindow();
    const [end = "", ...others] = await ends();
    expect(others).toEqual([]);
    await intend("begun later, with a window of its own");
    await desk.run([recordOf(end)]);
    expect(await ends()).toEqual([]);
    expect(desk.alerts.map(({ objects }) => objects?.unconfirmed)).toEqual([[], ["running"]]);
  });

  test("an intent that could not be closed when its object was counted is closed by a message of its own", async () => {
    const closing = async () => (await desk.waiting(desk.queueUrl)).find(({ body }) => body.includes("intent/1"));
    const record = await written("a");
    await fault({ kind: "error500", service: "dynamodb", api: "DeleteItem" });
    expect(await desk.run([record], { id: "first" })).toEqual(none);
    expect(await readIntents(desk.shared.ledger, ref)).toMatchObject([{ id: "first" }]);
    const close = await vi.waitUntil(closing, { timeout: 20_000, interval: 500 });
    const message = recordOf(close.body);
    expect(await desk.run([message])).toEqual(failures(message));
    await fault();
    expect(await desk.run([message])).toEqual(none);
    expect(await readIntents(desk.shared.ledger, ref)).toEqual([]);
    expect(await desk.run([message])).toEqual(none);
    await endWindow();
    expect(desk.alerts.map(({ objects }) => [objects?.counts, objects?.unconfirmed])).toEqual([[{ changed: 1 }, []]]);
  });

  test("messages that could not be counted are redelivered", async () => {
    const record = await written("a");
    await fault({ kind: "error500", service: "dynamodb", api: "UpdateItem" });
    expect(await desk.run([record])).toEqual(failures(record));
    expect(await desk.encryptionOf(bucket, "a")).toBe("AES256");
  });
});

describe("a bucket that is stopped", () => {
  test("by an integrity alarm is not written to", async () => {
    const record = await written("a");
    await writeAlarm(desk.shared.ledger, ref, { what: "other bytes", at: "2026-11-21T08:15:00Z" });
    expect(await desk.run([record])).toEqual(none);
    expect(await desk.encryptionOf(bucket, "a")).toBe("AES256");
    await endWindow();
    expect(desk.alerts[0]).toMatchObject({ outcome: "held", severity: "critical" });
  });
});

describe("re-keying", () => {
  // Windows of five seconds begin at the same times everywhere: one has just begun.
  beforeEach(() => desk.advance(5 - (desk.shared.now() % 5_000) / 1000));

  const foreignKey = "arn:aws:kms:us-east-1:999988887777:key/00000000-0000-4000-8000-000000000000";
  const rekeyed = (key: string) =>
    recordOf(
      dataEvent("PutObject", key, {
        bucket,
        region,
        eventId: randomUUID(),
        responseElements: {
          "x-amz-server-side-encryption": "aws:kms",
          "x-amz-server-side-encryption-aws-kms-key-id": foreignKey,
        },
        additionalEventData: { SSEApplied: "SSE_KMS" },
      }),
    );

  test("of many objects is one critical alert within seconds, with the caller and the count", async () => {
    const records = ["a", "b", "c"].map(rekeyed);
    await desk.run(records.slice(0, 2));
    await desk.run(records.slice(2));
    await endWindow("REKEY");
    expect(desk.alerts).toHaveLength(1);
    expect(desk.alerts[0]).toMatchObject({
      severity: "critical",
      actor: { arn: "arn:aws:iam::111122223333:user/alice" },
    });
    expect(desk.alerts[0]?.objects).toMatchObject({ rekeyed: 3 });
  });

  test("is alerted even if no look at the object succeeds, and only once if it is redelivered", async () => {
    const records = [rekeyed("a"), recordOf(createdEvent(bucket, "a"))];
    await fault({ kind: "throttle", service: "s3", api: "HeadObject", bucket });
    expect(await desk.run(records, { seconds: 2 })).toEqual(failures(...records));
    await endWindow("REKEY");
    expect(desk.alerts.map(({ objects }) => objects?.rekeyed)).toEqual([1]);
    await desk.run(records, { seconds: 2 });
    desk.advance(5);
    await endWindow("REKEY");
    expect(desk.alerts).toHaveLength(1);
  });

  test("is alerted before a look starts, and not again by that look", async () => {
    const record = rekeyed("a");
    expect(await desk.run([record], { startIn: -1 })).toEqual(none);
    await endWindow("REKEY");
    expect(desk.alerts.map(({ objects }) => objects?.rekeyed)).toEqual([1]);
    const sent = (await desk.waiting(desk.queueUrl)).map(({ body }) => JSON.parse(body));
    const again = sent.filter(({ schema }) => schema === "bucketseal.again/1");
    expect(again).toMatchObject([{ event: JSON.parse(record.body), looked: false }]);
    expect(await desk.run([recordOf(again[0])], { counted: new RecentEvents() })).toEqual(none);
    desk.advance(5);
    await endWindow("REKEY");
    expect(desk.alerts).toHaveLength(1);
  });

  test("is alerted later if it could not be counted", async () => {
    const record = rekeyed("a");
    await fault({ kind: "error500", service: "dynamodb", api: "UpdateItem" });
    expect(await desk.run([record], { startIn: -1 })).toEqual(failures(record));
    await fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "DELETE" });
    expect(await desk.run([record])).toEqual(none);
    await endWindow("REKEY");
    expect(desk.alerts.map(({ objects }) => objects?.rekeyed)).toEqual([1]);
  });
});
