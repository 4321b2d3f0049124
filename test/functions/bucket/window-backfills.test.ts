import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import { readState } from "#aws/ledger/bucket-state";
import { backfillMessage } from "#core/backfill/messages";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { lookAtAll } from "../../../functions/bucket/lane-looks.ts";
import { bucketShared } from "../../../functions/bucket/shared.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { deleteBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { account, region, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** The message by which a window asks for its backfill: sent again until SQS has it. */
const aws = localAws();
let root: Clients;
let hub: TestHub;
let queueUrl: string;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  queueUrl = (await root.sqs.send(new CreateQueueCommand({ QueueName: "windows" }))).QueueUrl ?? "";
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
  const objects = { atRest: "enforce", versions: "all", closeDriftWindows: true };
  await hub.push([{ match: { buckets: ["fn-*"] }, encryption, objects }]);
});

/** A client of SQS whose queue of backfills takes nothing until `isUp` says so. */
function sqsThat(isUp: () => boolean): Clients["sqs"] {
  const send = (command: SendMessageCommand) => {
    if (command instanceof SendMessageCommand && command.input.QueueUrl === queueUrl && !isUp())
      throw Object.assign(new Error("down"), { name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } });
    return root.sqs.send(command);
  };
  return Object.assign(Object.create(root.sqs) as Clients["sqs"], { send });
}

async function deliver(sqs: Clients["sqs"], body: string, settings = {}): Promise<number> {
  const environment = { ...hub.environment, BACKFILL_QUEUE_URL: queueUrl, DRIFT_WAIT_SECONDS: 0, ...settings };
  const shared = bucketShared({ ...root, sqs } as never, environment, systemClock);
  const attributes = { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) };
  const record = { messageId: "m", body, attributes, messageAttributes: {} } as unknown as SQSRecord;
  return (await bucketBatch([record], shared, Date.now() + 30_000)).batchItemFailures.length;
}

async function drifted() {
  const bucket = await hub.newBucket();
  const eventTime = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  const body = JSON.stringify(deleteBucketEncryptionEvent({ bucket, region, eventId: `e-${bucket}`, eventTime }));
  const ref = { partition: "aws", account, region, bucket };
  const ledger = { dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE };
  return { body, ref, eventTime, state: () => readState(ledger, ref) };
}

async function asked() {
  return (await hub.waiting(queueUrl)).map(({ body }) => backfillMessage.parse(JSON.parse(body)));
}

test("a message that SQS does not take is sent by the redelivery: the repair and its alert do not wait for it", async () => {
  const { body, ref, eventTime, state } = await drifted();
  let isUp = false;
  const sqs = sqsThat(() => isUp);
  for (let tries = 0; (await state()).outcome !== "changed"; tries++) {
    expect(tries).toBeLessThan(10);
    await deliver(sqs, body);
  }
  expect((await hub.alerts()).map(({ outcome }) => outcome)).toEqual(["changed"]);
  expect((await state()).driftWindows).toMatchObject([{ from: eventTime, closing: { isAsked: false } }]);
  expect(await deliver(sqs, body)).toBe(1);
  expect(await asked()).toEqual([]);

  isUp = true;
  await deliver(sqs, body);
  expect((await state()).driftWindows).toMatchObject([{ closing: { isAsked: true } }]);
  await deliver(sqs, body);
  expect(await asked()).toMatchObject([
    { schema: "bucketseal.backfill-start/1", ref, by: hub.environment.OWN_ROLE_ARN, versions: "all" },
  ]);
  expect(await hub.alerts()).toEqual([]);
});

test("without backfills nothing is asked for, and the alert names the command", async () => {
  const { body, ref, eventTime, state } = await drifted();
  for (let tries = 0; (await state()).outcome !== "left alone" && tries < 5; tries++) {
    await deliver(root.sqs, body, { BACKFILL_QUEUE_URL: undefined });
  }
  expect((await state()).driftWindows).toEqual([expect.objectContaining({ algorithm: "AES256", from: eventTime })]);
  expect((await state()).driftWindows[0]).not.toHaveProperty("closing");
  expect((await hub.alerts())[0]?.next[0]).toContain(`bucketseal backfill ${ref.bucket} --since `);
  expect(await asked()).toEqual([]);
});

test("a sweep asks for the backfill that is due by the rule, again until SQS has it; a push does not", async () => {
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
  await hub.push([{ match: { buckets: ["fn-*"] }, encryption, objects: { atRest: "enforce", backfillEvery: "1d" } }]);
  const bucket = await hub.newBucket();
  let isUp = true;
  const environment = { ...hub.environment, BACKFILL_QUEUE_URL: queueUrl, DRIFT_WAIT_SECONDS: 0 };
  const clients = { ...root, sqs: sqsThat(() => isUp) };
  const sweep = async (kind?: "push") => {
    const shared = bucketShared(clients as never, environment, systemClock);
    const names = { schema: "bucketseal.batch/1", run: "r", batch: "b", names: [bucket], again: [] } as const;
    const record = { messageId: "m", messageAttributes: {} } as unknown as SQSRecord;
    const message = kind === undefined ? names : { ...names, kind };
    return lookAtAll(shared, [[record, message as never]], () => undefined, Date.now() + 30_000);
  };
  // The default is repaired first: its objects are the sweep's of another day.
  await sweep();
  expect(await asked()).toEqual([]);
  isUp = false;
  expect(await sweep()).toMatchObject([{ again: [{ bucket }] }]);
  isUp = true;
  await sweep("push");
  expect(await asked()).toEqual([]);
  expect(await sweep()).toMatchObject([{ again: [] }]);
  expect(await asked()).toMatchObject([{ ref: { bucket }, since: null, window: { kind: "due", from: null } }]);
});
