import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { roleSession } from "../../events/cloudtrail.ts";
import { dataEvent } from "../../events/object.ts";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/**
 * The cost of a batch of the object function: which calls it makes, how many, and in which order.
 */
const aws = localAws();
const region = "us-east-1";
let desk: ObjectDesk;
let bucket: string;

beforeAll(async () => {
  desk = await objectDesk(aws);
});

beforeEach(async () => {
  bucket = await desk.bucket();
  await desk.calls(bucket);
});

const written = async (key: string, more: object = {}) => {
  await desk.put(bucket, key, more);
  return recordOf(createdEvent(bucket, key));
};
const asDeclared = () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: desk.key, BucketKeyEnabled: true });
const none = { batchItemFailures: [] };

/** What a write depends on beside the object itself, read once a batch and bucket, in parallel. */
const HAZARD_READS = [
  "GetBucketPolicy",
  "GetBucketPublicAccessBlock",
  "GetBucketAcl",
  "GetBucketOwnershipControls",
  "GetBucketWebsite",
];
const inOrder = (calls: readonly string[]) => [calls[0], ...calls.slice(1, -2).sort(), ...calls.slice(-2)];
const repair = ["HeadObject", ...HAZARD_READS.sort(), "UpdateObjectEncryption", "HeadObject"];

test("an object that is not as declared costs head, update, head, and a look at its bucket", async () => {
  const record = await written("a b+c%20");
  await desk.calls(bucket);
  expect(await desk.run([record])).toEqual(none);
  expect(inOrder(await desk.calls(bucket))).toEqual(repair);
});

test("an object that is as declared costs one HEAD, and nothing is written anywhere", async () => {
  const record = await written("a", asDeclared());
  const before = (await aws.calls()).filter(({ service }) => service === "dynamodb").length;
  await desk.calls(bucket);
  expect(await desk.run([record])).toEqual(none);
  expect(await desk.calls(bucket)).toEqual(["HeadObject"]);
  expect((await aws.calls()).filter(({ service }) => service === "dynamodb")).toHaveLength(before);
});

test("an event of a source that the rule does not use costs nothing", async () => {
  await desk.put(bucket, "a");
  await desk.calls(bucket);
  const event = recordOf(dataEvent("PutObject", "a", { bucket, region }));
  expect(await desk.run([event])).toEqual(none);
  expect(await desk.calls(bucket)).toEqual([]);
  expect(await desk.run([event, recordOf(createdEvent(bucket, "a"))])).toEqual(none);
  expect(inOrder(await desk.calls(bucket))).toEqual(repair);
});

test("duplicates and several events of one object cost one look", async () => {
  const record = await written("a");
  const again = recordOf(createdEvent(bucket, "a"));
  await desk.calls(bucket);
  expect(await desk.run([record, { ...record, messageId: randomUUID() }, again])).toEqual(none);
  expect(inOrder(await desk.calls(bucket))).toEqual(repair);
});

test("the data events of our own writes cost nothing", async () => {
  const event = dataEvent("UpdateObjectEncryption", "a", {
    bucket,
    region,
    userIdentity: roleSession("bucketseal", "session"),
  });
  expect(await desk.run([recordOf(event)])).toEqual(none);
  expect(await desk.calls(bucket)).toEqual([]);
});

test("keys are resolved once a batch, not once an object", async () => {
  const records = await Promise.all(["a", "b", "c", "d"].map((key) => written(key)));
  const before = (await aws.calls()).filter(({ api }) => api === "DescribeKey").length;
  desk.advance(600);
  await desk.run(records);
  expect((await aws.calls()).filter(({ api }) => api === "DescribeKey")).toHaveLength(before + 1);
});
