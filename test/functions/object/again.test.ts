import { randomUUID } from "node:crypto";
import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { objectBatch } from "../../../functions/object/batch.ts";
import { dataEvent } from "../../events/object.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const region = "us-east-1";
let desk: ObjectDesk;
let status: HeadObjectCommandOutput["ReplicationStatus"];
let sent: SendMessageCommandInput[];

/**
 * Objects whose replication is pending, a state that the local AWS lacks, and the postponed
 * messages.
 */
beforeAll(async () => {
  desk = await objectDesk(aws);
  const { s3, sqs } = aws.root("111122223333", region);
  s3.middlewareStack.add(
    (next) => async (given) => {
      const answer = await next(given);
      Object.assign(answer.output, { ReplicationStatus: status } satisfies Partial<HeadObjectCommandOutput>);
      return answer;
    },
    { step: "initialize" },
  );
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      (given) => {
        if (commandName === "SendMessageCommand") sent.push(given.input as SendMessageCommandInput);
        return next(given);
      },
    { step: "initialize" },
  );
  Object.assign(desk.shared, { clients: { ...desk.shared.clients, objects: s3, sqs } });
});

async function run(...bodies: readonly (object | string)[]): Promise<string[]> {
  sent = [];
  const now = desk.shared.now();
  const time = { id: randomUUID(), deadline: now + 300_000, startBy: now + 300_000 };
  const records = bodies.map((body) => recordOf(body));
  expect(await objectBatch(records, desk.shared, time)).toEqual({ batchItemFailures: [] });
  return sent.flatMap(({ MessageBody = "", DelaySeconds = 0 }) => (DelaySeconds >= 300 ? [MessageBody] : []));
}

describe("an object that is still to be replicated", () => {
  test("is looked at again for the source that its rule goes by, whichever message came first", async () => {
    const bucket = await desk.bucket();
    await desk.put(bucket, "a");
    const called = dataEvent("PutObject", "a", { bucket, region, eventTime: new Date().toISOString() });
    status = "PENDING";
    const later = await run(called, createdEvent(bucket, "a"), createdEvent(bucket, "a"));
    expect(later).toHaveLength(2);
    const again = await run(...later);
    expect(again.sort()).toEqual(later.sort());
    status = "COMPLETED";
    expect(await run(...later)).toEqual([]);
    expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
  });

  test("is waited for longer each time, at most ten times, and then goes to the dead-letter queue with what holds it", async () => {
    const bucket = await desk.bucket();
    await desk.put(bucket, "a");
    status = "PENDING";
    let record = recordOf(createdEvent(bucket, "a"));
    const waits: number[] = [];
    for (;;) {
      sent = [];
      await desk.run([record]);
      const next = sent.find(({ QueueUrl, DelaySeconds = 0 }) => QueueUrl === desk.queueUrl && DelaySeconds >= 300);
      if (next === undefined) break;
      waits.push(next.DelaySeconds ?? 0);
      const { StringValue: stringValue = "" } = next.MessageAttributes?.hops ?? {};
      const hops = { dataType: "Number" as const, stringValue, stringListValues: [], binaryListValues: [] };
      record = { ...recordOf(next.MessageBody ?? ""), messageAttributes: { hops } };
      if (waits.length > 12) break;
    }
    expect(waits).toEqual([300, 600, ...Array(8).fill(900)]);
    expect(await desk.waiting(desk.deadLetterQueueUrl)).toEqual([
      {
        body: record.body,
        cause: expect.stringContaining("sent to itself 10 times, and still: algorithm-differs, replication-pending"),
      },
    ]);
  });

  test("and is re-keyed is reported once, not at every look", async () => {
    const bucket = await desk.bucket();
    await desk.put(bucket, "a");
    const called = dataEvent("PutObject", "a", {
      bucket,
      region,
      eventTime: new Date().toISOString(),
      additionalEventData: { SSEApplied: "SSE_C" },
    });
    status = "PENDING";
    const later = await run(called, createdEvent(bucket, "a"));
    await run(...later);
    const ref = { partition: "aws", account: "111122223333", region, bucket };
    for (const back of [2, 1, 0]) {
      const start = new Date((Math.floor(desk.shared.now() / 5_000) - back) * 5_000).toISOString();
      await run({ schema: "bucketseal.window/1", ref, kind: "REKEY", start });
    }
    const counts = desk.alerts.flatMap((alert) => (alert.bucket === bucket ? [alert.objects?.rekeyed] : []));
    expect(counts).toEqual([1]);
  });
});
