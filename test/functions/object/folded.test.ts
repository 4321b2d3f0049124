import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BucketRef } from "#core/names";
import { objectBatch } from "../../../functions/object/batch.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

// Windows of a bucket's objects that say the same, one after the other.

const aws = localAws();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const none = { batchItemFailures: [] };
let desk: ObjectDesk;
let bucket: string;
let ref: BucketRef;

beforeAll(async () => {
  desk = await objectDesk(aws, { onWrite: "observe" });
});

beforeEach(async () => {
  // Windows begin with an hour, so that none of a test is in the next one.
  desk.advance((HOUR - (desk.shared.now() % HOUR)) / 1000);
  bucket = await desk.bucket();
  ref = { partition: "aws", account: "111122223333", region: "us-east-1", bucket };
  desk.alerts.length = 0;
  await desk.waiting(desk.queueUrl);
});

const endOf = (kind: "WINDOW" | "FOLDED", start: number) =>
  recordOf({ schema: "bucketseal.window/1", ref, kind, start: new Date(start).toISOString() });

/** One minute in which these objects are written, and the message that ends its window. */
async function minute(keys: readonly string[], shared = desk.shared): Promise<ReturnType<typeof endOf>> {
  const time = () => ({ id: randomUUID(), deadline: shared.now() + HOUR, startBy: shared.now() + HOUR });
  const start = shared.now() - (shared.now() % MINUTE);
  const records = [];
  for (const key of keys) {
    await desk.put(bucket, key);
    records.push(recordOf(createdEvent(bucket, key)));
  }
  expect(await objectBatch(records, shared, time())).toEqual(none);
  desk.advance((MINUTE - (shared.now() % MINUTE)) / 1000 + 3);
  const end = endOf("WINDOW", start);
  expect(await objectBatch([end], shared, time())).toEqual(none);
  return end;
}

/** Three minutes that say the same, which are told one by one. */
async function threeMinutes(shared = desk.shared): Promise<void> {
  for (const key of ["x", "y", "z"]) await minute([key], shared);
}

const counts = () => desk.alerts.map(({ objects }) => objects?.counts);

describe("windows that say the same", () => {
  test("are told three times, and then together, each counted once", async () => {
    const hour = desk.shared.now() - (desk.shared.now() % HOUR);
    await threeMinutes();
    expect(counts()).toEqual([{ reported: 1 }, { reported: 1 }, { reported: 1 }]);
    const end = await minute(["b", "c"]);
    await minute(["d"]);
    expect(await desk.run([end])).toEqual(none);
    expect(desk.alerts).toHaveLength(3);
    // Its message comes before the hour is over: SQS keeps none for so long.
    expect(await desk.run([endOf("FOLDED", hour)])).toEqual(none);
    expect(desk.alerts).toHaveLength(3);
    desk.advance(3600);
    const last = endOf("FOLDED", hour);
    expect(await desk.run([last, endOf("FOLDED", hour)])).toEqual(none);
    expect(await desk.run([last])).toEqual(none);
    const [first, , , together, ...others] = desk.alerts;
    expect(others).toEqual([]);
    expect(together).toMatchObject({
      outcome: "reported",
      severity: first?.severity,
      rule: "baseline",
      objects: { counts: { reported: 3 }, samples: [{ key: "b" }, { key: "c" }, { key: "d" }] },
      repeated: { incident: first?.id, times: 5, since: first?.objects?.from, folded: [{ actor: null, count: 2 }] },
    });
    expect(together?.reasons.at(-1)).toMatch(/^told before, and counted between .* instead of told in 2 alerts$/);
    expect(together?.next).toEqual(first?.next);
  });

  test("are told at once after some quiet hours, under a new incident", async () => {
    await threeMinutes();
    await minute(["a"]);
    expect(desk.alerts).toHaveLength(3);
    desk.advance(2 * 3600);
    await minute(["b"]);
    expect(desk.alerts).toHaveLength(4);
  });

  test("are each told where the policy says fold: 0s", async () => {
    const { policy } = await desk.shared.policy();
    const fold = { ...policy, policy: { ...policy.policy, fold: 0 } };
    const shared = { ...desk.shared, policy: async () => ({ policy: fold, version: 1, observeOnly: null }) };
    await threeMinutes(shared);
    await minute(["a"], shared);
    expect(desk.alerts).toHaveLength(4);
  });

  test("are each told where the policy cannot be read", async () => {
    await threeMinutes();
    const start = desk.shared.now() - (desk.shared.now() % MINUTE);
    await desk.put(bucket, "b");
    await desk.run([recordOf(createdEvent(bucket, "b"))]);
    const shared = { ...desk.shared, policy: () => Promise.reject(new Error("away")) };
    const time = { id: "x", deadline: shared.now() + HOUR, startBy: shared.now() + HOUR };
    expect(await objectBatch([endOf("WINDOW", start)], shared, time)).toEqual(none);
    expect(desk.alerts).toHaveLength(4);
  });
});

describe("told at once, whatever was told before, is", () => {
  const other = async (objects: object) => {
    const strict = await objectDesk(aws, objects);
    return { ...desk.shared, policy: strict.shared.policy };
  };

  test("every window in which something was changed", async () => {
    const shared = await other({ onWrite: "enforce" });
    await threeMinutes(shared);
    await minute(["a"], shared);
    expect(counts()).toEqual([{ changed: 1 }, { changed: 1 }, { changed: 1 }, { changed: 1 }]);
  });

  test("what is not as before: another outcome or another reason", async () => {
    await threeMinutes();
    await minute(["a"]);
    const sealed = { ServerSideEncryption: "aws:kms" };
    await desk.put(bucket, "other-reason", sealed);
    const start = desk.shared.now() - (desk.shared.now() % MINUTE);
    await desk.run([recordOf(createdEvent(bucket, "other-reason"))]);
    await desk.run([endOf("WINDOW", start)]);
    expect(desk.alerts).toHaveLength(4);
    expect(desk.alerts[3]?.objects?.reasons).not.toEqual(desk.alerts[0]?.objects?.reasons);
    expect(desk.alerts[3]?.objects?.samples.map(({ key }) => key)).toEqual(["other-reason"]);
  });
});
