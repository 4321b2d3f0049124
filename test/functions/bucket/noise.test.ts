import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { type BucketShared, bucketShared } from "../../../functions/bucket/shared.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { region, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** Many events about one bucket: what each may cost the others. */
const aws = localAws();
let root: Clients;
let hub: TestHub;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
  await hub.push([{ match: { buckets: ["fn-*"] }, encryption }]);
});

const wrong = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } };
const rule = () => ({
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: hub.keyArn },
  BucketKeyEnabled: true,
  BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
});

async function put(bucket: string, given: ReturnType<typeof rule> | typeof wrong): Promise<void> {
  const configuration = { Rules: [given] };
  await root.s3.send(
    new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: configuration }),
  );
}

async function declaredBucket(): Promise<string> {
  const bucket = await hub.newBucket();
  await put(bucket, rule());
  return bucket;
}

/** A message about a call a minute ago, that SQS has held for some seconds. */
function message(bucket: string, eventId: string, heldSeconds: number, given: object = rule()): SQSRecord {
  const eventTime = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  const SentTimestamp = String(Date.now() - heldSeconds * 1000);
  return {
    messageId: `${eventId}-${SentTimestamp}`,
    body: JSON.stringify(putBucketEncryptionEvent(given, { bucket, region, eventId, eventTime })),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp } as SQSRecord["attributes"],
    messageAttributes: {},
  } as SQSRecord;
}

/** One instance of the function, whose clock may be ahead. */
function instance(ahead = () => 0): BucketShared {
  return bucketShared(root as never, hub.environment, { ...systemClock, now: () => Date.now() + ahead() });
}

async function looked(shared: BucketShared, records: readonly SQSRecord[]): Promise<number> {
  const reads = async () => (await aws.calls()).filter(({ api }) => api === "GetBucketEncryption").length;
  const before = await reads();
  expect(await bucketBatch(records, shared, Date.now() + 30_000)).toEqual({ batchItemFailures: [] });
  return (await reads()) - before;
}

/** Looks until the instance knows that there is noise. */
async function noise(shared: BucketShared, bucket: string): Promise<void> {
  for (const eventId of ["n-1", "n-2", "n-3"]) expect(await looked(shared, [message(bucket, eventId, 5)])).toBe(1);
}

test("a bucket's noise is answered by the last look, and costs no call", async () => {
  const bucket = await declaredBucket();
  const shared = instance();
  await noise(shared, bucket);
  const calls = (await aws.calls()).length;
  const others = Array.from({ length: 10 }, (_, at) => message(bucket, `other-${at}`, 20));
  expect(await looked(shared, others)).toBe(0);
  // Copies of an event that the last look had in hand, however late.
  expect(await looked(shared, [message(bucket, "n-3", 0)])).toBe(0);
  expect((await aws.calls()).length).toBe(calls);
});

test("a call that came after the last look, or asked for something else, is looked at", async () => {
  const bucket = await declaredBucket();
  const shared = instance();
  await noise(shared, bucket);
  expect(await looked(shared, [message(bucket, "new", 0)])).toBe(1);
  await put(bucket, wrong);
  const puts = async () => (await aws.calls()).filter(({ api }) => api === "PutBucketEncryption").length;
  const before = await puts();
  expect(await looked(shared, [message(bucket, "drift", 20, wrong)])).toBeGreaterThan(0);
  expect(await puts()).toBe(before + 1);
});

test("after ten seconds the last look answers nothing any more", async () => {
  let ahead = 0;
  const shared = instance(() => ahead);
  const bucket = await declaredBucket();
  await noise(shared, bucket);
  ahead = 10_500;
  expect(await looked(shared, [message(bucket, "late", 20)])).toBe(1);
});

test("a look that was postponed is made", async () => {
  const bucket = await declaredBucket();
  const shared = instance();
  await noise(shared, bucket);
  const ref = { partition: "aws", account: hub.environment.ACCOUNT_ID, region, bucket };
  const again = { schema: "bucketseal.work/1", ref, after: ["recheck"], since: null, triggers: [] };
  expect(await looked(shared, [{ ...message(bucket, "n-3", 20), body: JSON.stringify(again) }])).toBe(1);
});
