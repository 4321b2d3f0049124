import {
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Context, SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { buildAlert } from "#core/alert/bucket";
import { unseen } from "#core/ledger/state";
import { createBucketEvent, deleteBucketEncryptionEvent, putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { region, type TestHub, testHub } from "../../support/batch/hub.ts";
import { input } from "../../support/core/alert-input.ts";
import { anIntent } from "../../support/core/loop.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { eventually } from "../../support/local-aws/eventually.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/**
 * The whole function in this process, on a local AWS: Lambda's input and the function's response.
 */
const aws = localAws();
let root: Clients;
let hub: TestHub;
let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  await hub.push([
    {
      match: { buckets: ["fn-*"] },
      encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true },
    },
  ]);
  const environment = {
    ...hub.environment,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: "111122223333",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_LAMBDA_FUNCTION_NAME: "bucket",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, String(value));
  ({ handler } = (await import("../../../functions/bucket.ts")) as unknown as { handler: typeof handler });
});

afterAll(() => void vi.unstubAllEnvs());

afterEach(() => vi.restoreAllMocks());

/**
 * Runs the function over records, as Lambda would with this many milliseconds left; returns the ids
 * to redeliver.
 */
async function run(Records: SQSRecord[], remaining = 30_000): Promise<string[]> {
  const end = Date.now() + remaining;
  const context = {
    functionName: "bucket",
    memoryLimitInMB: "512",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:111122223333:function:bucket",
    awsRequestId: "request",
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  } as unknown as Context;
  const answer = await handler({ Records }, context);
  return answer.batchItemFailures.map((failure) => failure.itemIdentifier);
}

function event(bucket: string, eventId: string, secondsAgo = 60): Record<string, unknown> {
  const eventTime = `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
  return deleteBucketEncryptionEvent({ bucket, region, eventId, eventTime });
}

async function ruleOf(bucket: string): Promise<ServerSideEncryptionRule | undefined> {
  const answer = await root.s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0];
}

async function writesTo(bucket: string): Promise<number> {
  return (await aws.calls()).filter((call) => call.api === "PutBucketEncryption" && call.bucket === bucket).length;
}

const declared = () => ({
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: hub.keyArn },
  BucketKeyEnabled: true,
  BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
});

test("a bucket is repaired, and one alert goes out", async () => {
  const bucket = await hub.newBucket();
  expect(await run(await hub.records([event(bucket, "e-1")]))).toEqual([]);
  expect(await ruleOf(bucket)).toEqual(declared());
  expect((await hub.alerts()).map(({ bucket, outcome }) => ({ bucket, outcome }))).toEqual([
    { bucket, outcome: "changed" },
  ]);
});

test("a look is counted by its outcome, and for the share of unreadable buckets as one or as nothing", async () => {
  const { metrics } = await import("../../../functions/runtime/telemetry.ts");
  const counted = vi.spyOn(metrics, "addMetric");
  const looks = () =>
    counted.mock.calls.flatMap(([name, , value]) => (name.startsWith("Bucket ") ? [[name, value]] : []));
  const bucket = await hub.newBucket();
  expect(await run(await hub.records([event(bucket, "e-1")]))).toEqual([]);
  expect(looks()).toEqual([
    ["Bucket changed", 1],
    ["Bucket unreadable", 0],
  ]);
  await hub.alerts();
});

test("ten events about three buckets are three looks and three writes", async () => {
  const buckets = await Promise.all([hub.newBucket(), hub.newBucket(), hub.newBucket()]);
  const bodies = Array.from({ length: 10 }, (_, at) => event(buckets[at % 3] ?? "", `e-${at}`));
  const records = await hub.records(bodies);
  expect(records).toHaveLength(10);
  expect(await run(records)).toEqual([]);
  for (const bucket of buckets) {
    expect(await writesTo(bucket)).toBe(1);
    expect(await ruleOf(bucket)).toEqual(declared());
  }
  expect(await hub.alerts()).toHaveLength(3);
});

test.each([8_000, 60_000])(
  "a default under a key of %i odd characters is repaired and told, each time",
  async (length) => {
    const bucket = await hub.newBucket();
    const key = (end: string) => `<&"\n\t発${'"&'.repeat(length / 2)}${end}`;
    for (const end of ["1", "2"]) {
      const rule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key(end) },
      } as const;
      const ServerSideEncryptionConfiguration = { Rules: [rule] };
      await root.s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }));
      const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
      const put = putBucketEncryptionEvent(rule, { bucket, region, eventId: `e-${end}`, eventTime });
      expect(await run(await hub.records([put]))).toEqual([]);
      expect(await ruleOf(bucket)).toEqual(declared());
    }
    const alerts = await hub.alerts();
    expect(alerts.map(({ bucket: of, outcome }) => [of, outcome])).toEqual([
      [bucket, "changed"],
      [bucket, "changed"],
    ]);
    for (const { before } of alerts) expect(before?.key).toMatch(/characters, SHA-256 [0-9a-f]{64}\)$/);
    expect(alerts[0]?.before?.key).not.toBe(alerts[1]?.before?.key);
  },
);

test("a malformed message among good ones goes to the dead-letter queue and is logged once, with its cause; the good ones are done", async () => {
  const [one, two] = [await hub.newBucket(), await hub.newBucket()];
  const broken = { ...event(one, "e-broken"), detail: { eventName: "PutBucketEncryption" } };
  const records = await hub.records([event(one, "e-1"), "{not json", broken, event(two, "e-2")]);
  const { logger } = await import("../../../functions/runtime/telemetry.ts");
  const errors = vi.spyOn(logger, "error");
  expect(await run(records)).toEqual([]);
  expect(errors.mock.calls.map(([message]) => message)).toEqual(Array(2).fill("message is malformed"));
  expect(await ruleOf(one)).toEqual(declared());
  expect(await ruleOf(two)).toEqual(declared());
  const dead = await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL);
  expect(dead).toHaveLength(2);
  expect(dead.map(({ body }) => body).sort()).toEqual([JSON.stringify(broken), "{not json"].sort());
  for (const { cause } of dead) expect(cause).toMatch(/no CloudTrail record/);
  await hub.alerts();
});

test("events of another account or Region are counted and deleted, and neither looked at nor sent to the dead-letter queue", async () => {
  const bucket = await hub.newBucket();
  const parts = { account: "111122223333", region, bucket };
  const foreign = [{ account: "444455556666" }, { region: "eu-south-1" }].map((other) =>
    createBucketEvent({ ...parts, ...other }),
  );
  const { metrics } = await import("../../../functions/runtime/telemetry.ts");
  const counted = vi.spyOn(metrics, "addMetric");
  const before = (await aws.calls()).length;
  expect(await run(await hub.records(foreign))).toEqual([]);
  expect(counted).toHaveBeenCalledWith("ForeignEvents", "Count", 2);
  const looks = (await aws.calls()).slice(before).filter(({ api }) => api === "GetBucketEncryption");
  expect(looks).toEqual([]);
  expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toEqual([]);
});

test("messages that do not concern us are deleted", async () => {
  const failed = createBucketEvent({ region, record: { errorCode: "AccessDenied" } });
  const other = createBucketEvent({ region, record: { eventName: "PutBucketLogging" } });
  expect(await run(await hub.records([failed, other]))).toEqual([]);
  expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toEqual([]);
});

test("attributes of a message are as Lambda gives them, and ignored", async () => {
  const bucket = await hub.newBucket();
  const [record] = await hub.records([event(bucket, "e-1")]);
  const attribute = { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" };
  const withAttribute = { ...(record as SQSRecord), messageAttributes: { cause: attribute } } as SQSRecord;
  expect(await run([withAttribute])).toEqual([]);
  expect(await ruleOf(bucket)).toEqual(declared());
  await hub.alerts();
});

test("a bucket that does not exist needs no redelivery", async () => {
  const bucket = await hub.newBucket();
  const records = await hub.records([event(bucket, "e-1")]);
  await root.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  expect(await run(records)).toEqual([]);
});

describe("failed messages are redelivered, and no others", () => {
  test("every message of a bucket that S3 throttles, soon", async () => {
    const [busy, good] = [await hub.newBucket(), await hub.newBucket()];
    const records = await hub.records([event(busy, "e-1"), event(good, "e-2"), event(busy, "e-3")]);
    const back = await withFaults(aws.endpoint, [{ kind: "throttle", bucket: busy }], () => run(records));
    const ofBusy = records.filter(({ body }) => body.includes(busy)).map(({ messageId }) => messageId);
    expect(back.toSorted()).toEqual(ofBusy.toSorted());
    expect(await ruleOf(good)).toEqual(declared());
    const sooner = (await aws.calls()).filter(({ api }) => api === "ChangeMessageVisibilityBatch");
    expect(sooner.length).toBeGreaterThanOrEqual(1);
    expect(await run(records.filter(({ messageId }) => back.includes(messageId)))).toEqual([]);
    expect(await ruleOf(busy)).toEqual(declared());
    await hub.alerts();
  });

  test("a message that cannot be sent to the dead-letter queue", async () => {
    const records = await hub.records(["{not json"]);
    const back = await withFaults(aws.endpoint, [{ kind: "error500", service: "sqs", api: "SendMessage" }], () =>
      run(records),
    );
    expect(back).toEqual([records[0]?.messageId]);
    expect(await run(records)).toEqual([]);
    expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toHaveLength(1);
  });

  test("a write whose alert neither SNS nor the queue takes; the alert goes out once when it can", async () => {
    const bucket = await hub.newBucket();
    const records = await hub.records([event(bucket, "e-1")]);
    const faults = [
      { kind: "error500", service: "sns" },
      { kind: "error500", service: "sqs", api: "SendMessage" },
    ] as const;
    const back = await withFaults(aws.endpoint, faults, () => run(records));
    expect(back).toEqual([records[0]?.messageId]);
    expect(await ruleOf(bucket)).toEqual(declared());
    expect(await hub.alerts()).toEqual([]);
    expect(await run(records)).toEqual([]);
    expect(await run(records)).toEqual([]);
    expect((await hub.alerts()).map(({ outcome }) => outcome)).toEqual(["changed"]);
    expect(await writesTo(bucket)).toBe(1);
  });
});

describe("an alert that SNS does not take", () => {
  /** What the function has put off, once it has arrived in its queue. */
  const putOff = () =>
    eventually("the alerts that were put off", async () => {
      const waiting = await hub.waiting(hub.environment.QUEUE_URL);
      const bodies = waiting.map(({ body }) => body).filter((body) => body.includes("bucketseal.unsent/1"));
      return bodies.length > 0 ? bodies : undefined;
    });
  const down = [{ kind: "error500", service: "sns" }] as const;

  test("is put off by itself, and its bucket goes on being repaired", async () => {
    const bucket = await hub.newBucket();
    const bodies = await withFaults(aws.endpoint, down, async () => {
      const sent = [];
      for (const id of ["e-1", "e-2"]) {
        await root.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
        expect(await run(await hub.records([event(bucket, id, 0)]))).toEqual([]);
        expect(await ruleOf(bucket)).toEqual(declared());
        sent.push(...(await putOff()));
      }
      return sent;
    });
    expect(bodies).toHaveLength(2);
    expect(await hub.alerts()).toEqual([]);
    expect(await run(await hub.records(bodies))).toEqual([]);
    const alerts = await hub.alerts();
    expect(alerts.map(({ event: by, outcome }) => [by?.id, outcome]).sort()).toEqual([
      ["e-1", "changed"],
      ["e-2", "changed"],
    ]);
    expect(await writesTo(bucket)).toBe(2);
  });

  test("is tried again, counted for the alarm, and in the end in the dead-letter queue with its cause", async () => {
    const bucket = await hub.newBucket();
    const { metrics } = await import("../../../functions/runtime/telemetry.ts");
    await withFaults(aws.endpoint, down, async () => {
      expect(await run(await hub.records([event(bucket, "e-1")]))).toEqual([]);
      const counted = vi.spyOn(metrics, "addMetric");
      const [record] = (await hub.records(await putOff())) as [SQSRecord];
      expect(await run([record])).toEqual([record.messageId]);
      expect(counted).toHaveBeenCalledWith("AlertsUnsent", "Count", 1);
      const last = { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: "12" } };
      expect(await run([last])).toEqual([]);
      const [letter] = await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL);
      expect(letter).toEqual({
        body: record.body,
        cause: expect.stringContaining("the alert could not be published"),
      });
      expect(await run([{ ...record, body: letter?.body ?? "" }])).toEqual([record.messageId]);
    });
    await hub.alerts();
  });

  test.each([
    ["of another account", { account: "444455556666" }],
    ["of another Region", { region: "eu-south-1" }],
    ["that is none", { outcome: "nonsense" }],
  ])("%s, in a forged message, is buried and not sent", async (_what, forged) => {
    const alert = { ...buildAlert(input), account: "111122223333", region, ...forged };
    expect(await run(await hub.records([{ schema: "bucketseal.unsent/1", alert }]))).toEqual([]);
    expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toHaveLength(1);
    expect(await hub.alerts()).toEqual([]);
  });
});

describe("the function's time limit", () => {
  test("is kept when one bucket does not respond, and finished messages are not redelivered", async () => {
    const [silent, good] = [await hub.newBucket(), await hub.newBucket()];
    const records = await hub.records([event(silent, "e-1"), event(good, "e-2")]);
    const fault = { kind: "timeout", bucket: silent, api: "GetBucketEncryption", delayMs: 60_000 } as const;
    const begun = Date.now();
    const back = await withFaults(aws.endpoint, [fault], () => run(records, 7_000));
    expect(Date.now() - begun).toBeLessThan(6_500);
    expect(back).toEqual(records.filter(({ body }) => body.includes(silent)).map(({ messageId }) => messageId));
    expect(await ruleOf(good)).toEqual(declared());
    await hub.alerts();
  });
});

describe("looks that Bucketseal requests itself", () => {
  test("are repeated once if S3 may still return the former state", async () => {
    const bucket = await hub.newBucket();
    const ServerSideEncryptionConfiguration = { Rules: [declared() as ServerSideEncryptionRule] };
    await root.s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }));
    expect(await run(await hub.records([event(bucket, "e-1", 1)]))).toEqual([]);
    const sent = (await aws.calls()).filter(({ api, principal }) => api === "SendMessage" && principal !== null);
    expect(sent.length).toBeGreaterThan(0);
    expect(await writesTo(bucket)).toBe(1);
    expect(await hub.alerts()).toEqual([]);
  });

  test("keep the caller for the alert", async () => {
    const bucket = await hub.newBucket();
    const [record] = await hub.records([event(bucket, "e-1")]);
    const { postponed, readBucketMessage } = await import("../../../functions/bucket/message.ts");
    const read = readBucketMessage(record as SQSRecord, { account: "111122223333", region });
    if (read.kind !== "work") throw new Error(read.kind);
    const again = JSON.stringify(postponed(read.work, "recheck", Date.now(), 15));
    expect(await run(await hub.records([again]))).toEqual([]);
    const [alert] = await hub.alerts();
    expect(alert).toMatchObject({ bucket, outcome: "changed", event: { id: "e-1" } });
    expect(alert?.actor?.arn).toBe("arn:aws:iam::111122223333:user/alice");
  });

  test("go to the dead-letter queue with what they wait for after ten hops", async () => {
    const bucket = await hub.newBucket();
    const ref = { partition: "aws", account: "111122223333", region, bucket };
    const ledger = { dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE };
    const held = anIntent({ owner: "dead", at: new Date().toISOString() });
    const expires = new Date(Date.now() + 60_000).toISOString();
    await saveState(ledger, ref, { ...unseen, intent: { ...held, expires } });
    const tired = (await hub.records([event(bucket, "e-1")])).find(({ body }) => body.includes(bucket));
    const hops = {
      dataType: "Number",
      stringValue: "10",
      stringListValues: [],
      binaryListValues: [],
    } satisfies SQSMessageAttribute;
    expect(await run([{ ...(tired as SQSRecord), messageAttributes: { hops } }])).toEqual([]);
    expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toContainEqual({
      body: tired?.body,
      cause: expect.stringContaining("sent to itself 10 times, and still: busy"),
    });
    expect(await writesTo(bucket)).toBe(0);
  });
});
