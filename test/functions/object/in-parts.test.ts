import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { readIntents } from "#aws/ledger/object-intents";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** Copies in parts that take more than one invocation: their messages go on, or leave nothing. */
const aws = localAws();
const none = { batchItemFailures: [] };
const KEY = "large";
const BYTES = 6 * 1024 ** 2;
/** Too few seconds for a part: the invocation begins the upload, and leaves the rest. */
const SHORT = 90;
let root: Clients;
let desk: ObjectDesk;
let bucket: string;

beforeAll(async () => {
  root = aws.root();
  desk = await objectDesk(aws, { copy: true, copyLarge: true }, { COPY_LARGE_ABOVE: 5 * 1024 ** 2 });
});

beforeEach(async () => {
  bucket = await desk.bucket();
  desk.alerts.length = 0;
  await desk.waiting(desk.queueUrl);
});

/** Writes a large object from before 2023, which an update in place cannot change. */
async function putLarge(letter: string): Promise<void> {
  await desk.put(bucket, KEY, { Body: letter.repeat(BYTES) });
  await fetch(`${aws.endpoint}/_bucketseal/s3/unencrypted?bucket=${bucket}&key=${KEY}`, { method: "PUT" });
}

const uploads = async () => {
  const { Uploads = [] } = await root.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ UploadId }) => UploadId);
};

const bytes = async () => {
  const { Body } = await root.s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
  return await Body?.transformToString();
};

/** Begins a copy in parts and has too little time for it; returns the message that goes on. */
async function begun(): Promise<string> {
  await putLarge("a");
  expect(await desk.run([recordOf(createdEvent(bucket, KEY))], { seconds: SHORT })).toEqual(none);
  expect(await uploads()).toHaveLength(1);
  const [message, ...others] = (await desk.waiting(desk.queueUrl)).filter(({ body }) => body.includes(KEY));
  expect(others).toEqual([]);
  return message?.body ?? "";
}

/** The message once more, as one that was sent again. */
const goOn = async (body: string, seconds = 300) => {
  const hops = { hops: { stringValue: "1", dataType: "Number" } };
  return await desk.run([{ ...recordOf(body), messageAttributes: hops as never }], { seconds });
};

test("one that is under way is no failure and no news; its message goes on with the same upload to the end", async () => {
  const message = await begun();
  expect(await readIntents(desk.shared.ledger, refOf())).toEqual([]);
  const [upload] = await uploads();
  expect(await goOn(message, SHORT)).toEqual(none);
  expect(await uploads()).toEqual([upload]);
  const [again] = (await desk.waiting(desk.queueUrl)).filter(({ body }) => body.includes(KEY));
  expect(await desk.encryptionOf(bucket, KEY)).not.toBe("aws:kms");
  expect(await goOn(again?.body ?? "")).toEqual(none);
  expect(await desk.encryptionOf(bucket, KEY)).toBe("aws:kms");
  expect(await bytes()).toBe("a".repeat(BYTES));
  expect(await uploads()).toEqual([]);
  expect(await desk.waiting(desk.deadLetterQueueUrl)).toEqual([]);
});

test("an object that was overwritten meanwhile is copied as it is now, and the first upload is aborted", async () => {
  const message = await begun();
  const [first] = await uploads();
  await putLarge("b");
  expect(await goOn(message)).toEqual(none);
  expect(await desk.encryptionOf(bucket, KEY)).toBe("aws:kms");
  expect(await bytes()).toBe("b".repeat(BYTES));
  expect(await uploads()).not.toContain(first);
  expect(await uploads()).toEqual([]);
});

test.each<[string, () => Promise<unknown>]>([
  [
    "is as declared by now",
    () => {
      const declared = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: desk.key, BucketKeyEnabled: true } as const;
      return root.s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: "c", ...declared }));
    },
  ],
  ["was deleted", () => root.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY }))],
])("an upload for an object that %s is aborted: nothing is left of it", async (_, change) => {
  const message = await begun();
  await change();
  expect(await goOn(message)).toEqual(none);
  expect(await uploads()).toEqual([]);
  expect(await desk.calls(bucket)).not.toContain("CompleteMultipartUpload");
});

test("a message that comes twice while one copies neither copies nor aborts what the other does", async () => {
  const message = await begun();
  const ends = await Promise.all([goOn(message), goOn(message)]);
  expect(ends).toEqual([none, none]);
  for (;;) {
    const [next] = (await desk.waiting(desk.queueUrl)).filter(({ body }) => body.includes(KEY));
    if (next === undefined) break;
    expect(await goOn(next.body)).toEqual(none);
  }
  expect(await desk.encryptionOf(bucket, KEY)).toBe("aws:kms");
  expect(await bytes()).toBe("a".repeat(BYTES));
  expect(await uploads()).toEqual([]);
});

function refOf() {
  const { ACCOUNT_ID: account, AWS_REGION: region } = desk.shared.settings;
  return { partition: "aws", account, region, bucket };
}
