import { expect, test } from "vitest";
import type { DeadMessage } from "#aws/sqs/dead-letters";
import type { DeadLetterQueue } from "#core/stage/dead-letter-queues";
import { readLetter } from "../../../cli/dead-letters/letter.ts";
import { whyNot } from "../../../cli/dead-letters/redriven.ts";
import { deleteBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { dataEvent } from "../../events/object.ts";

const home = { account: "111122223333", region: "eu-west-1" };
const queue = (about: DeadLetterQueue["about"]): DeadLetterQueue => ({
  name: about,
  url: "https://dead",
  homeUrl: "https://home",
  roleArn: "arn:aws:iam::111122223333:role/redrive",
  about,
});
const message = (body: unknown, more: Partial<DeadMessage> = {}): DeadMessage => ({
  id: "1f8c2b7a-0000",
  body: typeof body === "string" ? body : JSON.stringify(body),
  handle: "h",
  sentAt: "2026-11-27T10:00:00.000Z",
  receives: 1,
  attributes: {},
  malformed: false,
  ...more,
});
const event = deleteBucketEncryptionEvent({ ...home, bucket: "invoices", eventTime: "2026-11-27T10:00:00Z" });
const object = dataEvent("PutObject", "a", { ...home, bucket: "invoices" });
const foreign = deleteBucketEncryptionEvent({
  ...home,
  account: "444455556666",
  bucket: "theirs",
  eventTime: "2026-11-27T10:00:00Z",
});
const OLD = { cause: "a message of Bucketseal's own: triggers: wrong" };

test.each<[string, DeadLetterQueue["about"], DeadMessage, string, string | null]>([
  ["an event about a bucket", "bucket", message(event), "event", "invoices"],
  ["an event about an object", "object", message(object), "event", "invoices"],
  ["an event of another account, which a function ignores", "bucket", message(foreign), "event", null],
  ["what is no JSON", "bucket", message("{not json"), "malformed", null],
  ["an event without a bucket", "bucket", message({ ...event, detail: {} }), "malformed", null],
  ["an event that a function marked", "bucket", message(event, { malformed: true }), "malformed", null],
  ["our own work", "bucket", message({ schema: "bucketseal.work/1", ref: { bucket: "b" } }), "own", "b"],
  [
    "an alert that SNS did not take",
    "bucket",
    message({ schema: "bucketseal.unsent/1", alert: { bucket: "b" } }),
    "own",
    "b",
  ],
  [
    "an object's event that was put back",
    "object",
    message({ schema: "bucketseal.again/1", event: object }),
    "own",
    "invoices",
  ],
  [
    "our own work that an older version could not read",
    "bucket",
    message({ schema: "bucketseal.work/9" }, { attributes: OLD }),
    "malformed",
    null,
  ],
  ["a change of the policy table", "bucket", message({ DDBStreamBatchInfo: {} }), "policy-change", null],
  ["an event where only our own messages are", "own", message(event), "malformed", null],
])("%s", (_what, about, given, kind, bucket) => {
  expect(readLetter(given, queue(about), home)).toMatchObject({ kind, bucket, queue: about });
});

test.each([
  ["a function's", message(event, { attributes: { cause: "RetryableError: slow" } }), "RetryableError: slow"],
  [
    "EventBridge's",
    message(event, { attributes: { ERROR_CODE: "SDK_CLIENT_ERROR", ERROR_MESSAGE: "no" } }),
    "SDK_CLIENT_ERROR: no",
  ],
  [
    "EventBridge's without a message",
    message(event, { attributes: { ERROR_CODE: "NO_PERMISSIONS" } }),
    "NO_PERMISSIONS",
  ],
  ["none where SQS moved it", message(event), "failed 12 times: the function's log has each cause"],
  ["a policy change's", message({ DDBStreamBatchInfo: {} }), "a change of the policy that could not be reported"],
])("the cause is %s", (_what, given, cause) => {
  expect(readLetter(given, queue("bucket"), home).cause).toBe(cause);
});

test.each([
  ["event", null],
  ["own", null],
  ["malformed", /^malformed \(x\).*ID --malformed$/],
  ["policy-change", /^a change of the policy, no message/],
] as const)("of a kind %s it is said why it is not sent back: %s", (kind, why) => {
  if (why === null) expect(whyNot({ kind, cause: "x" })).toBeNull();
  else expect(whyNot({ kind, cause: "x" })).toMatch(why);
});
