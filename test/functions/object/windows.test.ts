import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { RetryableError } from "#aws/error";
import { putIntent, readIntents } from "#aws/ledger/object-intents";
import { addToWindow } from "#aws/ledger/window-add";
import { openWindow } from "#aws/ledger/windows";
import { emptyWindow } from "#core/alert/digest";
import type { Alert } from "#core/alert/schema";
import type { BucketRef } from "#core/names";
import type { ObjectResult } from "#core/object/result";
import { objectBatch } from "../../../functions/object/batch.ts";
import type { ObjectLook } from "../../../functions/object/look.ts";
import { readObjectMessage } from "../../../functions/object/message.ts";
import { recordLooks } from "../../../functions/object/record.ts";
import { Redelivery } from "../../../functions/queue/redelivery.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { soaked } from "../../support/soak.ts";

const aws = localAws();
const none = { batchItemFailures: [] };
let desk: ObjectDesk;
let bucket: string;
let ref: BucketRef;

beforeAll(async () => {
  desk = await objectDesk(aws);
});

beforeEach(async () => {
  bucket = await desk.bucket();
  ref = { partition: "aws", account: "111122223333", region: "us-east-1", bucket };
  desk.alerts.length = 0;
});

const startOfWindow = () => new Date(Math.floor(desk.shared.now() / 60_000) * 60_000).toISOString();
const end = (start = startOfWindow()) => recordOf({ schema: "bucketseal.window/1", ref, kind: "WINDOW", start });
const written = async (key: string) => {
  await desk.put(bucket, key);
  return recordOf(createdEvent(bucket, key));
};

describe("the end of a window", () => {
  test("that several functions requested at the same time is alerted once", async () => {
    await desk.run([await written("a")]);
    const ends = [end(), end(), end()];
    const answers = await Promise.all([desk.run(ends.slice(0, 2)), desk.run(ends.slice(2))]);
    expect(answers).toEqual([none, none]);
    expect(desk.alerts).toHaveLength(1);
  });

  test("that tells of replicas alone is alerted once, until there is something else to tell", async () => {
    const replica = { key: "copy", outcome: "held", reason: null } as const;
    const reasons = { "key-differs": 2, "object-replica": 2 };
    const told = async (minutes: number, more: object = {}) => {
      const start = new Date(Math.floor(desk.shared.now() / 60_000 + minutes) * 60_000).toISOString();
      const name = { ref, kind: "WINDOW", start } as const;
      const samples = [{ ...replica, versionId: null }];
      const part = { ...emptyWindow(start, start), counts: { held: 2 }, reasons, rules: ["r"], samples, ...more };
      await openWindow(desk.shared.ledger, name, { now: desk.shared.now(), id: `window-${minutes}` });
      await addToWindow(desk.shared.ledger, name, part, `part-${minutes}`);
      expect(await desk.run([end(start)])).toEqual(none);
      return desk.alerts.splice(0).map(({ objects }) => objects?.counts);
    };
    expect(await told(0)).toEqual([{ held: 2 }]);
    expect(await told(1)).toEqual([]);
    expect(await told(2, { counts: { held: 2, changed: 1 } })).toEqual([{ held: 2, changed: 1 }]);
    expect(await told(3)).toEqual([]);
    expect(await told(4, { reasons: { ...reasons, "algorithm-differs": 1 } })).toEqual([{ held: 2 }]);
  });

  test("whose alert could not be sent is alerted when its message is redelivered, and by no other meanwhile", async () => {
    await desk.run([await written("a")]);
    const [first, second] = [end(), end()];
    const { publish } = desk.shared;
    const tried: Alert[] = [];
    const failing = {
      ...desk.shared,
      publish: async (alert: Alert) => {
        tried.push(alert);
        throw new RetryableError("SNS is away");
      },
    };
    const time = { id: "x", deadline: desk.shared.now() + 60_000, startBy: desk.shared.now() + 60_000 };
    expect(await objectBatch([first], failing, time)).toEqual({
      batchItemFailures: [{ itemIdentifier: first.messageId }],
    });
    // What nobody closed meanwhile is told by the next window, not under this one's id.
    const until = new Date(desk.shared.now() - 1_000).toISOString();
    await putIntent(desk.shared.ledger, ref, { id: "dead", objects: [{ key: "cut short", versionId: null }], until });
    expect(await desk.run([second])).toEqual(none);
    expect(desk.alerts).toEqual([]);
    expect(await objectBatch([first], { ...desk.shared, publish }, time)).toEqual(none);
    expect(desk.alerts).toEqual(tried);
    expect(await readIntents(desk.shared.ledger, ref)).toMatchObject([{ id: "dead", told: false }]);
  });

  test("tells an intent that was so long in being recorded that it missed the end of the one before", async () => {
    const record = await written("a");
    const later = new Date(Date.parse(startOfWindow()) + 60_000).toISOString();
    const opened = async () => (await aws.calls()).filter(({ api }) => api === "UpdateItem").length;
    const before = await opened();
    const slowly = [
      { kind: "slow", service: "dynamodb", api: "PutItem", delayMs: 5_000 },
      { kind: "error500", service: "s3", api: "UpdateObjectEncryption", bucket },
    ] as const;
    await withFaults(aws.endpoint, slowly, async () => {
      const running = desk.run([record]);
      await vi.waitUntil(async () => (await opened()) > before);
      desk.advance((Date.parse(later) - desk.shared.now()) / 1000);
      await running;
    });
    expect(await readIntents(desk.shared.ledger, ref)).toHaveLength(1);
    desk.advance(400);
    expect(await desk.run([end(later)])).toEqual(none);
    expect(desk.alerts.map(({ objects }) => objects?.unconfirmed)).toEqual([["a"]]);
  });

  test("whose message went to the dead-letter queue is alerted when it is redriven", async () => {
    await desk.run([await written("a")]);
    const failing = { ...desk.shared, publish: () => Promise.reject(new RetryableError("SNS is away")) };
    const last = { ...end(), attributes: recordOf("", 12).attributes };
    const time = { id: "x", deadline: desk.shared.now() + 60_000, startBy: desk.shared.now() + 60_000 };
    expect(await objectBatch([last], failing, time)).toEqual(none);
    const again = end();
    desk.advance(600);
    expect(await desk.run([again])).toEqual(none);
    expect(desk.alerts).toHaveLength(1);
  });
});

describe("a flood of objects that are not as declared", () => {
  const BATCH = 50;
  const ALL = soaked(10_000, 1_000);
  const ABREAST = 10;

  /** A batch after its looks, without S3. */
  const batch = (name: number): ObjectLook[] =>
    Array.from({ length: BATCH }, (_, at) => {
      const record = recordOf(createdEvent(bucket, `object-${name}-${at}`));
      const message = readObjectMessage(record, { account: ref.account, region: ref.region, roleArn: "" });
      if (message.kind !== "work") throw new Error(message.kind);
      const { object, trigger } = message;
      return {
        kind: "done",
        group: {
          object,
          triggers: [trigger],
          records: [record],
          bySource: new Map(),
          postponed: false,
          counted: false,
        },
        result: at === 0 ? HELD : CHANGED,
      };
    });

  test("is one message for each window it falls into, and every object is counted", { timeout: 120_000 }, async () => {
    const { clients, now } = desk.shared;
    const { queueUrl, deadLetterQueueUrl } = desk;
    const started = startOfWindow();
    const names = Array.from({ length: ALL / BATCH }, (_, at) => at).values();
    const worker = async () => {
      for (const name of names) {
        const from = new Date(now()).toISOString();
        const redelivery = new Redelivery({ sqs: clients.sqs, queueUrl, deadLetterQueueUrl });
        await recordLooks(desk.shared, { id: `batch-${name}`, from }, new Map(), batch(name), redelivery);
        expect(await redelivery.response()).toEqual(none);
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, worker));
    const starts = new Set([started, startOfWindow()]);
    for (const start of starts) expect(await desk.run([end(start), end(start)])).toEqual(none);
    expect(desk.alerts.length).toBeLessThanOrEqual(starts.size);
    const alerted = desk.alerts.map(({ objects }) => objects);
    const sum = (outcome: string) => alerted.reduce((total, each) => total + (each?.counts[outcome] ?? 0), 0);
    expect([sum("changed"), sum("held")]).toEqual([ALL - ALL / BATCH, ALL / BATCH]);
    expect(alerted.every((each) => each !== null && each !== undefined && each.samples.length === 20)).toBe(true);
  });
});

const REASON = { code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" } as const;
const CHANGED: ObjectResult = {
  outcome: "changed",
  how: "update",
  rule: "baseline",
  mode: "enforce",
  reasons: [REASON],
  before: null,
  after: null,
  movedBytes: 0,
};
const HELD: ObjectResult = { ...CHANGED, outcome: "held", how: null };
