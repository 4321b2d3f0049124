import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { listAlarms, writeAlarm } from "#aws/ledger/integrity-alarms";
import type { BucketRef } from "#core/names";
import { objectBatch } from "../../../functions/object/batch.ts";
import { objectPorts } from "../../../functions/object/ports.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const region = "us-east-1";
let desk: ObjectDesk;
let bucket: string;
let ref: BucketRef;

beforeAll(async () => {
  desk = await objectDesk(aws);
});

beforeEach(async () => {
  bucket = await desk.bucket();
  ref = { partition: "aws", account: "111122223333", region, bucket };
  desk.alerts.length = 0;
});

describe("a store that damages what it updates", () => {
  /** A batch with one object that an update damages. */
  async function damaged() {
    const { s3 } = aws.root("111122223333", region);
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    await fetch(`${aws.endpoint}/_bucketseal/s3/damages?bucket=${bucket}`, { method: "PUT" });
    const { versionId } = await desk.put(bucket, "a key");
    const record = recordOf(createdEvent(bucket, "a key", { versionId }));
    return { record, versionId, answer: () => desk.run([record]) };
  }

  test("raises an alarm that names the object, for the person who compares it", async () => {
    const { answer, versionId } = await damaged();
    expect(await answer()).toEqual({ batchItemFailures: [] });
    expect(desk.alerts[0]).toMatchObject({ severity: "critical", objects: { samples: [{ key: "a key", versionId }] } });
    const alarms = await listAlarms(desk.shared.ledger, ref);
    const open = alarms.find((alarm) => alarm.bucket === bucket);
    expect(open?.what).toContain(`a key (version ${versionId}): the same object had 9 bytes`);
  });

  test("is alerted even if the alarm cannot be recorded, since the next look could not detect it", async () => {
    const { record } = await damaged();
    const { dynamodb } = aws.root("111122223333", region);
    dynamodb.middlewareStack.add(
      (next) => (given) => {
        const isAlarm = JSON.stringify(given.input).includes('{"S":"ALARM#') && "Item" in given.input;
        return isAlarm ? Promise.reject(new RetryableError("the ledger is away")) : next(given);
      },
      { step: "initialize" },
    );
    const shared = { ...desk.shared, ledger: { ...desk.shared.ledger, dynamodb } };
    const deadline = desk.shared.now() + 300_000;
    const answer = await objectBatch([record], shared, { id: "unrecorded", deadline, startBy: deadline });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
    expect(desk.alerts[0]).toMatchObject({ severity: "critical", objects: { samples: [{ key: "a key" }] } });
  });

  test("is reported at the window's end if it cannot be alerted at once", async () => {
    const { record } = await damaged();
    const publish = () => Promise.reject(new RetryableError("SNS is away"));
    const deadline = desk.shared.now() + 300_000;
    const time = { id: "unreported", deadline, startBy: deadline };
    expect(await objectBatch([record], { ...desk.shared, publish }, time)).toEqual({ batchItemFailures: [] });
    expect(desk.alerts).toEqual([]);
    for (const back of [1, 0]) {
      const start = new Date((Math.floor(desk.shared.now() / 60_000) - back) * 60_000).toISOString();
      await desk.run([recordOf({ schema: "bucketseal.window/1", ref, kind: "WINDOW", start })]);
    }
    expect(desk.alerts[0]).toMatchObject({ severity: "critical", objects: { reasons: { "integrity-alarm": 1 } } });
  });
});

test("stops a batch under way by an alarm that another function raised", async () => {
  const deadline = desk.shared.now() + 300_000;
  const { ports } = objectPorts(desk.shared, { id: "long", deadline, startBy: deadline });
  const object = { bucket: ref, key: "a" };
  expect(await ports.alarm(object)).toEqual({ known: true, value: null });
  await writeAlarm(desk.shared.ledger, ref, { what: "other bytes", at: "2026-11-21T08:15:00Z" });
  desk.advance(6);
  expect(await ports.alarm(object)).toEqual({ known: true, value: "2026-11-21T08:15:00Z: other bytes" });
});
