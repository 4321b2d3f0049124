import { setTimeout as sleep } from "node:timers/promises";
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { encryptionOf, newBucket, type Story, soon, story } from "../support/e2e.ts";
import { listen } from "../support/e2e-alerts.ts";
import { bytesOf, headOf } from "../support/e2e-objects.ts";

/** A bucket that was repaired already, so that what is told of it is told of its objects. */
async function settled(told: Story, prefix: string, sendsEvents: boolean): Promise<string> {
  const bucket = await newBucket(told.alice, prefix);
  await soon(
    () => encryptionOf(told.alice, bucket),
    (rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== "AES256",
  );
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  if (sendsEvents) {
    await told.alice.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }),
    );
  }
  return bucket;
}

// A function goes by what it knows of the policy for ten seconds; the sandbox's own deployment woke this one up before there was any.
beforeAll(() => sleep(11_000));

describe.each([
  ["S3's events", "objs3", true],
  ["data events", "objdata", false],
] as const)("by %s", (_, prefix, sendsEvents) => {
  test("an object with another encryption is updated in place, with one alert a window", async () => {
    const told = story();
    const { alice, sandbox } = told;
    const bucket = await settled(told, prefix, sendsEvents);
    const alerts = await listen(told);
    const keys = ["a b+c%20", "ü/ñ/😀", "a//b", "../up", `x&<>"'y`];
    const before = await Promise.all(
      keys.map(async (Key) => {
        await alice.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key, Body: `of ${Key}`, ServerSideEncryption: "AES256" }),
        );
        return headOf(alice, bucket, Key);
      }),
    );
    for (const [at, Key] of keys.entries()) {
      const after = await soon(
        () => headOf(alice, bucket, Key),
        ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
      );
      expect([after.SSEKMSKeyId, after.BucketKeyEnabled]).toEqual([sandbox.keyArn, true]);
      expect([after.ETag, after.LastModified, after.ContentLength]).toEqual([
        before[at]?.ETag,
        before[at]?.LastModified,
        before[at]?.ContentLength,
      ]);
      expect(await bytesOf(alice, bucket, Key)).toBe(`of ${Key}`);
    }
    const heard = await soon(
      async () => (await alerts.about(bucket)).filter((alert) => alert.objects !== null && alert.objects !== undefined),
      (found) => found.reduce((sum, alert) => sum + (alert.objects?.counts.changed ?? 0), 0) === keys.length,
    );
    expect(heard.length).toBeLessThanOrEqual(2);
    expect(heard[0]?.outcome).toBe("changed");
  });
});
