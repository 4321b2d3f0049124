import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { bucketShared } from "../../../functions/bucket/shared.ts";
import { memberSessions } from "../../../functions/member/sessions.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { anOrg } from "../../support/local-aws/member.ts";
import { soaked } from "../../support/soak.ts";

const aws = localAws();
const account = "444499990000";
const EVENTS = soaked(1_000, 100);
const INSTANCES = 5;
const BATCH = 10;
let root: Clients;
let user: Clients;
let hub: TestHub;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  user = await aws.user([{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }]);
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  await hub.push([{ encryption: { algorithm: "aws:kms", key: "aws-managed" } }]);
});

afterAll(() => void vi.unstubAllEnvs());

/** An instance of the function, with caches of its own. */
function instance() {
  const sessions = memberSessions({ sts: user.sts, org: anOrg, now: Date.now });
  return bucketShared(root as never, hub.environment, systemClock, { org: anOrg, sessions });
}

/** A message of the event queue, which is never redelivered. */
function recordOf(at: number) {
  const event = putBucketEncryptionEvent(
    {},
    { account, region: "us-east-1", bucket: `storm-${at % 300}`, eventId: `storm-${at}` },
  );
  const { QUEUE_URL: url } = hub.environment;
  return {
    messageId: `storm-${at}`,
    receiptHandle: "",
    body: JSON.stringify(event),
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    eventSourceARN: `arn:aws:sqs:us-east-1:111122223333:${url.split("/").at(-1)}`,
  } as never;
}

test(`${EVENTS} events of an account that is not enrolled are one alert and one AssumeRole an instance`, async () => {
  const before = (await aws.calls()).length;
  const batches = Array.from({ length: EVENTS / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (_, at) => recordOf(batch * BATCH + at)),
  );
  await Promise.all(
    Array.from({ length: INSTANCES }, async () => {
      const shared = instance();
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
        expect(await bucketBatch(batch, shared, Date.now() + 25_000)).toEqual({ batchItemFailures: [] });
      }
    }),
  );
  const calls = (await aws.calls()).slice(before);
  const of = (service: string) => calls.filter((call) => call.service === service).map(({ api }) => api);
  expect(of("sts")).toEqual(Array(INSTANCES).fill("AssumeRole"));
  expect(of("sns")).toEqual(["Publish"]);
  expect([...of("s3"), ...of("kms")]).toEqual([]);
  expect(await hub.alerts()).toMatchObject([{ account, bucket: null, member: { kind: "not enrolled" } }]);
}, 60_000);
