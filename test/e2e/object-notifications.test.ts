import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { notifications, notify, theirQueue, trigger } from "../support/e2e/notifications.ts";
import { offend, repaired } from "../support/e2e/objects.ts";
import { aliceArn, callsOn, newBucket, sealedBucket, soon, story } from "../support/e2e/story.ts";

/**
 * Buckets whose rule relies on S3's own events about objects, which they must send to EventBridge.
 */
const e2e = story();
const { alice } = e2e;
let alerts: Alerts;
let queueArn: string;

beforeAll(async () => {
  [alerts, queueArn] = await Promise.all([listen(e2e), theirQueue(e2e)]);
});

const about = async (bucket: string) =>
  (await alerts.about(bucket)).filter(({ reasons }) =>
    reasons.some((reason) => /EventBridge|notifications/.test(reason)),
  );

test.concurrent("a bucket that does not send S3's events is reported once, with the command to run, and not written", async () => {
  const bucket = await sealedBucket(e2e, "objtold");
  const [alert] = await soon(
    () => about(bucket),
    (found) => found.length > 0,
  );
  expect(alert).toMatchObject({ outcome: "reported", severity: "high" });
  expect(alert?.next[0]).toContain(`aws s3api put-bucket-notification-configuration --bucket ${bucket}`);
  await notify(alice, bucket, trigger(queueArn));
  await sleep(1_500);
  // Two looks at one time may both send it: the same alert, under one id.
  expect(new Set((await about(bucket)).map(({ id }) => id)).size).toBe(1);
  expect(await notifications(alice, bucket)).toEqual(trigger(queueArn));
  await notify(alice, bucket, { ...trigger(queueArn), EventBridgeConfiguration: {} });
  await offend(alice, bucket, "a");
  await repaired(e2e, bucket, "a");
  const ours = (await callsOn(e2e, bucket)).filter((call) => call.function !== null);
  expect(ours.map(({ api }) => api)).not.toContain("PutBucketNotification");
});

test.concurrent("events that somebody switches off and on again before anybody looks are reported with the gap", async () => {
  const bucket = await sealedBucket(e2e, "objs3");
  await soon(
    () => notifications(alice, bucket),
    (found) => found.EventBridgeConfiguration !== undefined,
  );
  await notify(alice, bucket, {});
  await offend(alice, bucket, "unseen");
  await notify(alice, bucket, { EventBridgeConfiguration: {} });
  const [alert] = await soon(
    async () => (await alerts.about(bucket)).filter(({ reasons }) => reasons.join().includes("sent none between")),
    (found) => found.length > 0,
  );
  expect(alert).toMatchObject({ outcome: "reported", severity: "high" });
  expect(alert?.next[0]).toContain(`list-objects-v2 --bucket ${bucket}`);
});

/**
 * S3 has no condition on this call, so a trigger that is written between the function's read and
 * write is lost, or switches the events off again. Neither may go unnoticed.
 */
test.concurrent("no notification that somebody adds while S3's events are being switched on is lost without an alarm", async () => {
  const buckets = await Promise.all(
    Array.from({ length: 12 }, async (_, at) => {
      const bucket = await newBucket(alice, "objs3");
      await sleep(at * 15);
      await notify(alice, bucket, trigger(queueArn));
      return bucket;
    }),
  );
  const standing = async (bucket: string) => {
    const { QueueConfigurations: triggers = [], EventBridgeConfiguration: on } = await notifications(alice, bucket);
    const heard = await about(bucket);
    const alarm = heard.find(({ severity }) => severity === "critical");
    if (alarm !== undefined) expect(alarm).toMatchObject({ outcome: "failed", actor: { arn: aliceArn } });
    const isLostAndTold = triggers.length === 1 || alarm !== undefined;
    const isOffAndTold =
      on !== undefined || heard.some(({ outcome }) => outcome === "reported" || outcome === "failed");
    const isDone = on !== undefined || heard.length > 0;
    return { bucket, ok: isDone && isLostAndTold && isOffAndTold, triggers: triggers.length, on: on !== undefined };
  };
  const found = await soon(
    () => Promise.all(buckets.map(standing)),
    (all) => all.every(({ ok }) => ok),
  );
  expect(found.map(({ ok }) => ok)).toEqual(buckets.map(() => true));
});
