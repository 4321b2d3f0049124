import { randomUUID } from "node:crypto";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import {
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import { deleteBucketEncryptionEvent } from "../events/cloudtrail.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { notifications, notify, theirQueue, trigger } from "../support/e2e/notifications.ts";
import { redeliver } from "../support/e2e/redrive.ts";
import {
  aliceArn,
  callsOn,
  declared,
  encryptionOf,
  lookedAfter,
  nameOf,
  newBucket,
  outcomeOf,
  repairsOf,
  sealedBucket,
  soon,
  stateOf,
  story,
  writesOf,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const { bucket: bucketFunction } = sandbox.functions;
const faults = `${sandbox.endpoint}/_bucketseal/faults`;
const late = nameOf("e2e-late");
const slowReads = nameOf("e2e-slow-read");
const slowWrites = nameOf("e2e-slow-write");
const lostTrigger = nameOf("objs3-lost");
const nine = Array.from({ length: 9 }, () => nameOf("e2e-nine"));
let alerts: Alerts;

/**
 * More than one message bears: the SDK tries to read three times before the message is redelivered,
 * and to write once.
 */
const throttle = { kind: "throttle", service: "s3", function: bucketFunction };
const reads = 4;
const writes = 2;

beforeAll(async () => {
  const lost = nine.map((bucket) => ({ kind: "eventLost", api: "DeleteBucketEncryption", bucket }));
  const orders = [
    { kind: "eventLate", api: "DeleteBucketEncryption", bucket: late, delayMs: 3_000 },
    { ...throttle, api: "GetBucketEncryption", bucket: slowReads, times: reads },
    { ...throttle, api: "PutBucketEncryption", bucket: slowWrites, times: writes },
    {
      kind: "slow",
      api: "PutBucketNotification",
      bucket: lostTrigger,
      function: bucketFunction,
      delayMs: 2_000,
      times: 1,
    },
    ...lost,
  ];
  const ordered = await fetch(faults, { method: "PUT", body: JSON.stringify(orders) });
  expect(ordered.status).toBe(200);
  alerts = await listen(e2e);
});

afterAll(() => fetch(faults, { method: "DELETE" }));

test.concurrent("a bucket that is deleted before the first look is gone, and nobody is alerted", async () => {
  await sealedBucket(e2e, "e2e-late", late);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: late }));
  await alice.s3.send(new DeleteBucketCommand({ Bucket: late }));
  const state = await outcomeOf(e2e, late, "gone");
  expect(state.triggers.at(-1)).toMatchObject({ actor: aliceArn });
  expect(state.triggers.at(-1)?.eventName).toMatch(/^DeleteBucket/);
  expect(await alerts.about(late)).toHaveLength(1);
  expect(await repairsOf(e2e, late)).toHaveLength(1);
});

async function deny(Bucket: string, Action: string): Promise<void> {
  const [deployment] = await findDeployments(root.ssm);
  const statement = {
    Effect: "Deny",
    Principal: { AWS: deployment?.bucketRoleArn },
    Action,
    Resource: `arn:aws:s3:::${Bucket}`,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

test.concurrent("a bucket whose policy denies reading is unreadable, alerted once, and repaired once it can be read", async () => {
  const bucket = await sealedBucket(e2e, "e2e-denied");
  const writes = await writesOf(e2e, bucket);
  await deny(bucket, "s3:GetEncryptionConfiguration");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const state = await outcomeOf(e2e, bucket, "unreadable");
  expect(state).toMatchObject({ rule: "baseline", observed: null });
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({ outcome: "unreadable", severity: "critical", after: null });
  // A look of a push's run may come first, and it knows nobody.
  expect([null, aliceArn]).toContain(alert?.actor?.arn ?? null);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await lookedAfter(e2e, bucket, "DeleteBucketEncryption", aliceArn, 2);
  expect(await alerts.about(bucket)).toHaveLength(2);
  expect(await writesOf(e2e, bucket)).toEqual(writes);

  await alice.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  expect((await alerts.wait(bucket, 3))[2]).toMatchObject({ outcome: "changed" });
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});

test.concurrent("a bucket whose policy denies writing is held as managed elsewhere, and not tried again", async () => {
  const bucket = await sealedBucket(e2e, "e2e-denied");
  await deny(bucket, "s3:PutEncryptionConfiguration");
  await root.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const state = await outcomeOf(e2e, bucket, "held");
  expect(state.reasons.join()).toContain("denied by somebody else's policy");
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({ outcome: "held", before: { algorithm: "AES256" }, actor: { type: "Root" } });
  expect((await writesOf(e2e, bucket)).filter(({ status }) => status === 403)).toHaveLength(1);
});

/** Every outcome of a bucket in the ledger until it was repaired. */
async function outcomesUntilRepaired(bucket: string): Promise<ReadonlySet<string | null>> {
  const outcomes = new Set<string | null>();
  await soon(
    async () => {
      const state = await stateOf(e2e, bucket);
      const repairs = await repairsOf(e2e, bucket);
      if (repairs.length === 0) outcomes.add(state?.outcome ?? null);
      return repairs;
    },
    (repairs) => repairs.length > 0,
    // Two retries wait for 19 s at most, which leaves a busy machine little of the usual 30.
    60,
  );
  return outcomes;
}

test.concurrent.each([
  ["reading", slowReads, reads],
  ["writing", slowWrites, writes],
])(
  "a bucket whose %s is throttled is tried again until it is repaired, and never called compliant before",
  async (_what, bucket, times) => {
    await newBucket(alice, "e2e-slow", bucket);
    expect([...(await outcomesUntilRepaired(bucket))]).toEqual([null]);
    await alerts.wait(bucket, 1);
    const state = await outcomeOf(e2e, bucket, "left alone");
    expect(state.intent).toBeNull();
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
    expect((await callsOn(e2e, bucket)).filter(({ faulted }) => faulted === "throttle")).toHaveLength(times);
    expect((await alerts.about(bucket)).map(({ outcome }) => outcome)).toEqual(["changed"]);
  },
);

test.concurrent("a notification that somebody adds between our read and our write is lost, and raises the alarm", async () => {
  const theirs = trigger(await theirQueue(e2e));
  await newBucket(alice, "objs3-lost", lostTrigger);
  await soon(
    async () =>
      (await (await fetch(faults)).json()) as readonly { readonly bucket: string | null; readonly hits: number }[],
    (ordered) => ordered.some(({ bucket, hits }) => bucket === lostTrigger && hits === 1),
  );
  // By now the function has read it, and its write takes two seconds.
  await notify(alice, lostTrigger, theirs);
  const alarm = await soon(
    async () => (await alerts.about(lostTrigger)).find(({ severity }) => severity === "critical"),
    (found) => found !== undefined,
    60,
  );
  expect(alarm).toMatchObject({
    outcome: "failed",
    actor: { arn: aliceArn },
    event: { name: "PutBucketNotification" },
  });
  expect(alarm?.reasons[0]).toMatch(/Bucketseal and someone else changed the bucket's notifications at the same time/);
  expect(alarm?.next[0]).toContain(`aws s3api get-bucket-notification-configuration --bucket ${lostTrigger}`);
  expect(await notifications(alice, lostTrigger)).toEqual({ EventBridgeConfiguration: {} });
  const writes = (await callsOn(e2e, lostTrigger)).filter(
    ({ api, status }) => api === "PutBucketNotification" && status < 300,
  );
  expect(writes.map((call) => call.function)).toEqual([null, bucketFunction]);
});

/** Every message in the dead-letter queue, left there. */
async function deadLetters(): Promise<readonly Message[]> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: sandbox.queues.deadLetters,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
    VisibilityTimeout: 0,
  });
  return (await root.sqs.send(receive)).Messages ?? [];
}

async function logged(pattern: string): Promise<readonly string[]> {
  const logs = new CloudWatchLogsClient({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials: { ...sandbox.rootCredentials },
  });
  const get = new GetFunctionConfigurationCommand({ FunctionName: bucketFunction });
  const { LoggingConfig: to } = await root.lambda.send(get);
  const filter = new FilterLogEventsCommand({ logGroupName: to?.LogGroup, filterPattern: `"${pattern}"` });
  return ((await logs.send(filter)).events ?? []).map(({ message = "" }) => message);
}

test.concurrent("of one malformed message among nine good ones, nine are processed and one goes to the dead-letter queue with its cause", async () => {
  await Promise.all(nine.map((bucket) => sealedBucket(e2e, "e2e-nine", bucket)));
  await Promise.all(nine.map((Bucket) => alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket }))));
  const good = nine.map((bucket) => JSON.stringify(deletedBy(aliceArn, bucket)));
  const malformed = JSON.stringify({ ...deletedBy(aliceArn, "nine"), detail: `nothing ${randomUUID()}` });
  await redeliver(e2e, [...good.slice(0, 4), malformed, ...good.slice(4)]);

  const heard = await Promise.all(nine.map((bucket) => alerts.wait(bucket, 2)));
  for (const [, alert] of heard) expect(alert).toMatchObject({ outcome: "changed", actor: { arn: aliceArn } });
  for (const bucket of nine) expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));

  const letter = (letters: readonly Message[]) => letters.find(({ Body }) => Body === malformed);
  const letters = await soon(deadLetters, (found) => letter(found) !== undefined);
  const cause = letter(letters)?.MessageAttributes?.cause?.StringValue ?? "";
  expect(cause).toContain("no CloudTrail record");
  const lines = await logged("message is malformed");
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ level: "ERROR", message: "message is malformed", cause }),
  );
});

/** An event that the bus lost. */
function deletedBy(arn: string, bucket: string): Record<string, unknown> {
  return deleteBucketEncryptionEvent({
    bucket,
    account: sandbox.account,
    region: sandbox.region,
    eventId: randomUUID(),
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
    userIdentity: { type: "IAMUser", arn, accountId: sandbox.account, userName: arn.split("/").at(-1) },
  });
}
