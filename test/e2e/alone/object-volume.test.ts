import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NamedObject } from "#aws/ledger/object-intents";
import { dataEvent } from "../../events/object.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  begunObjects,
  comeBackAfter,
  limitTime,
  objectDeadLetters,
  sendToObjects,
} from "../../support/e2e/object-function.ts";
import { bytesOf, counted, deeds, objectAlerts, offend, repaired, settledBucket } from "../../support/e2e/objects.ts";
import { callsOn, soon, story } from "../../support/e2e/story.ts";
import { readCalls } from "../../support/local-aws/call-log.ts";
import type { LoggedCall } from "../../support/local-aws/local-aws.ts";
import { soaked } from "../../support/soak.ts";

/**
 * High volume, with everything that can go wrong. The message of the function that is killed first
 * is redelivered last, after most of a minute.
 */
const e2e = story();
const { alice, sandbox } = e2e;
const { account, region } = sandbox;
const by = sandbox.functions.object;
const faults = `${sandbox.endpoint}/_bucketseal/faults`;
const keysOf = (count: number) => Array.from({ length: count }, (_, at) => `object-${at}`);
const KILLED = keysOf(20);
const MANY = soaked(1_000, 100);
/** Seconds and milliseconds: generous, an idle machine needs a tenth. */
const PATIENCE = 120;
const TIMEOUT = { timeout: 180_000 };
/**
 * Lambda's time limit less a minute leaves one second for starting looks. Looks that were started
 * may go on for 46.
 */
const A_SECOND = 61;
const NOTHING = 59;
let alerts: Alerts;
let killed: string;
let begun: readonly NamedObject[];

async function order(...list: readonly object[]): Promise<void> {
  expect((await fetch(faults, { method: "PUT", body: JSON.stringify(list) })).status).toBe(200);
}

beforeAll(async () => {
  alerts = await listen(e2e);
  killed = await settledBucket(e2e, "objdata");
  await objectDeadLetters(e2e);
  const hanging = { kind: "timeout", api: "UpdateObjectEncryption", bucket: killed, probability: 0.5, seed: 1 };
  await order(hanging);
  await comeBackAfter(e2e, 52);
  await limitTime(e2e, A_SECOND);
  await Promise.all(KILLED.map((key) => offend(alice, killed, key)));
  await soon(
    async () => {
      const [fault] = (await (await fetch(faults)).json()) as [{ readonly hits: number }];
      return [fault.hits, (await deeds(e2e, killed, "UpdateObjectEncryption")).size] as const;
    },
    ([hanging, done]) => hanging >= 3 && done >= 2,
  );
  begun = await begunObjects(e2e, killed);
  await limitTime(e2e, NOTHING);
  await order();
  await comeBackAfter(e2e);
});

afterAll(async () => {
  await order();
  await comeBackAfter(e2e);
  await limitTime(e2e);
});

test("objects that are not started within the time limit are requeued, more often than a message may be received, and then repaired", async () => {
  const bucket = await settledBucket(e2e, "objdata");
  const keys = keysOf(3);
  const before = (await sentAgain()).length;
  await Promise.all(keys.map((key) => offend(alice, bucket, key)));
  await soon(sentAgain, (sent) => sent.length - before >= 6);
  expect((await callsOn(e2e, bucket)).filter((call) => call.function === by)).toEqual([]);
  await limitTime(e2e);
  await Promise.all(keys.map((key) => repaired(e2e, bucket, key, PATIENCE)));
  expect(await objectDeadLetters(e2e)).toEqual([]);
});

test("malformed messages in a batch go to the dead-letter queue with their cause; of the others only the failed ones are redelivered", async () => {
  const [bucket, failing] = await Promise.all([settledBucket(e2e, "objdata"), settledBucket(e2e, "objdata")]);
  await order(...[bucket, failing].map((each) => ({ kind: "eventLost", api: "PutObject", bucket: each })), {
    kind: "error500",
    api: "HeadObject",
    bucket: failing,
    function: by,
    times: 3,
  });
  const good = keysOf(5);
  await Promise.all([...good.map((key) => offend(alice, bucket, key)), offend(alice, failing, "a")]);
  const event = (key: unknown, more = {}) =>
    JSON.stringify(dataEvent("PutObject", key, { bucket, account, region, eventId: randomUUID(), ...more }));
  const malformed = ["{ no JSON", event(undefined)];
  const [first = "", second = ""] = malformed;
  // Another account's event is not malformed: it is counted and forgotten.
  const foreign = event("theirs", { account: "999988887777" });
  await sendToObjects(e2e, [first, ...good.map((key) => event(key)), second, event("a", { bucket: failing }), foreign]);
  await Promise.all([...good.map((key) => repaired(e2e, bucket, key)), repaired(e2e, failing, "a")]);
  const letters = await objectDeadLetters(e2e);
  expect(letters.map(({ body }) => body).sort()).toEqual([...malformed].sort());
  const causeOf = (poisonous: string) => letters.find(({ body }) => body === poisonous)?.cause;
  expect(malformed.map(causeOf)).toEqual(["no event of EventBridge", expect.stringContaining("key")]);
  const once = new Map(good.map((key) => [key, 1]));
  expect(await deeds(e2e, bucket, "UpdateObjectEncryption")).toEqual(once);
  // One look before and one after the write; a second delivery would have looked once more.
  expect(await deeds(e2e, bucket, "HeadObject")).toEqual(new Map(good.map((key) => [key, 2])));
  const looks = (await callsOn(e2e, failing)).filter((call) => call.api === "HeadObject" && call.function === by);
  expect(looks.map(({ status }) => status)).toEqual([500, 500, 500, 200, 200]);
});

test.concurrent(
  "objects are repaired although S3 and KMS throttle, and no message goes to the dead-letter queue",
  TIMEOUT,
  async () => {
    const bucket = await settledBucket(e2e, "objdata");
    const often = { bucket, function: by, probability: 0.25, times: 12 };
    await order(
      { kind: "throttle", service: "s3", api: "HeadObject", ...often, seed: 2 },
      { kind: "throttle", service: "s3", api: "UpdateObjectEncryption", ...often, seed: 3 },
      { kind: "kmsThrottle", api: "UpdateObjectEncryption", ...often, seed: 4 },
      { kind: "throttle", service: "kms", api: "DescribeKey", function: by, times: 2 },
    );
    const keys = keysOf(40);
    await Promise.all(keys.map((key) => offend(alice, bucket, key)));
    await Promise.all(keys.map((key) => repaired(e2e, bucket, key, PATIENCE)));
    const hits = (await (await fetch(faults)).json()) as { readonly hits: number }[];
    expect(Math.min(...hits.slice(0, 3).map((fault) => fault.hits))).toBeGreaterThanOrEqual(5);
    const heard = await soon(
      () => objectAlerts(alerts, bucket),
      (found) => counted(found, "changed") === keys.length,
      PATIENCE,
    );
    expect(heard.map(({ outcome }) => outcome)).toEqual(heard.map(() => "changed"));
    expect(await objectDeadLetters(e2e)).toEqual([]);
  },
);

test.concurrent(`${MANY} objects become a handful of messages that count every one of them once`, TIMEOUT, async () => {
  const bucket = await settledBucket(e2e, "objdata");
  const rest = keysOf(MANY).values();
  const began = Date.now();
  const writer = async () => {
    for (const key of rest) await offend(alice, bucket, key);
  };
  await Promise.all(Array.from({ length: 24 }, writer));
  const heard = await soon(
    () => objectAlerts(alerts, bucket),
    (found) => counted(found, "changed") >= MANY,
    PATIENCE,
  );
  expect(counted(heard, "changed")).toBe(MANY);
  // A window of this deployment is five seconds.
  expect(heard.length).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 5_000) + 1);
  expect(heard.every(({ objects }) => objects.samples.length <= 20)).toBe(true);
  expect(await deeds(e2e, bucket, "UpdateObjectEncryption")).toEqual(new Map(keysOf(MANY).map((key) => [key, 1])));
});

test(
  "the objects of a function that is stopped in the middle of its batch are named, redelivered and written once",
  TIMEOUT,
  async () => {
    const names = begun.map(({ key }) => key);
    expect(names.length).toBeGreaterThanOrEqual(5);
    const named = await soon(
      () => objectAlerts(alerts, killed),
      (found) => found.some(({ objects }) => objects.unconfirmed.length > 0),
      PATIENCE,
    );
    const [open] = named.filter(({ objects }) => objects.unconfirmed.length > 0);
    expect(names).toEqual(expect.arrayContaining([...(open?.objects.unconfirmed ?? [])]));
    expect(open?.reasons).toContain(`${names.length} objects whose repair was started but never confirmed`);
    await Promise.all(KILLED.map((key) => repaired(e2e, killed, key, PATIENCE)));
    const heard = await soon(
      () => objectAlerts(alerts, killed),
      (found) => counted(found, "changed") === KILLED.length,
      PATIENCE,
    );
    expect(heard.filter(({ objects }) => objects.unconfirmed.length > 0)).toHaveLength(1);
    expect(await deeds(e2e, killed, "UpdateObjectEncryption")).toEqual(new Map(KILLED.map((key) => [key, 1])));
    for (const key of KILLED) expect(await bytesOf(alice, killed, key)).toBe(`of ${key}`);
    expect(await begunObjects(e2e, killed)).toEqual([]);
    expect(await objectDeadLetters(e2e)).toEqual([]);
  },
);

/** Every time the object function put messages back unchanged. */
async function sentAgain(): Promise<readonly LoggedCall[]> {
  return (await readCalls(sandbox.callLog, "SendMessageBatch")).filter((call) => call.function === by);
}
