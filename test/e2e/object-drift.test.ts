import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { bytesOf, headOf, objectAlerts, repaired, settledBucket } from "../support/e2e/objects.ts";
import { aliceArn, callsOn, encryptionOf, putEncryption, soon, stateOf, story } from "../support/e2e/story.ts";

/**
 * A drift window: the bucket's default names another KMS key for a moment, and an object is written
 * under it. Data events of writes under a KMS default are dropped before any look; S3's own events
 * are not.
 */
const e2e = story();
const { alice, root, sandbox } = e2e;

interface Drifted {
  readonly bucket: string;
  readonly alerts: Alerts;
  readonly wrongKey: string;
  readonly written: Date;
}

async function drifted(prefix: string, sendsEvents: boolean): Promise<Drifted> {
  const [alerts, bucket] = await Promise.all([listen(e2e), settledBucket(e2e, prefix, sendsEvents)]);
  const wrongKey = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  // The repair may be faster than the second call; then it is repeated once.
  for (let round = 0; round < 10; round++) {
    await putEncryption(alice, bucket, { algorithm: "aws:kms", key: wrongKey, bucketKey: true, sseC: "SSE-C" });
    const answer = await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "by default", Body: "the bytes" }));
    if (answer.SSEKMSKeyId === wrongKey) {
      const { LastModified: written = new Date(0) } = await headOf(alice, bucket, "by default");
      return { bucket, alerts, wrongKey, written };
    }
    await isRepaired(bucket);
  }
  throw new Error("every repair was faster than the write of an object");
}

async function isRepaired(bucket: string): Promise<void> {
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === sandbox.keyArn,
  );
}

/** Waits for the alert about the repair, which names the window; returns the window's ends. */
async function windowAlerted({ bucket, alerts, wrongKey, written }: Drifted): Promise<void> {
  await isRepaired(bucket);
  const alert = await soon(
    async () => (await alerts.about(bucket)).findLast(({ reasons }) => reasons.some((reason) => BACKFILL.test(reason))),
    (found) => found !== undefined,
  );
  expect(alert).toMatchObject({ outcome: "changed", actor: { arn: aliceArn }, after: { key: sandbox.keyArn } });
  const reason = alert?.reasons.find((each) => BACKFILL.test(each)) ?? "";
  const [, from = "", to = "", under] = BACKFILL.exec(reason) ?? [];
  expect(under).toBe(wrongKey);
  const window = (await stateOf(e2e, bucket))?.driftWindows.at(-1);
  expect(window).toMatchObject({ algorithm: "aws:kms", key: wrongKey, from, to });
  expect(Date.parse(from)).toBeLessThanOrEqual(written.getTime());
  expect(Date.parse(to)).toBeGreaterThan(written.getTime());
}

const BACKFILL = /^objects written between (\S+) and (\S+) may be under aws:kms with (\S+): to be backfilled$/;

test.concurrent("an object written during drift is not read with data events, and the window that is alerted and recorded covers it", async () => {
  const drift = await drifted("objdata", false);
  await windowAlerted(drift);
  const looks = (await callsOn(e2e, drift.bucket)).filter(({ function: by }) => by === sandbox.functions.object);
  expect(looks).toEqual([]);
  expect((await headOf(alice, drift.bucket, "by default")).SSEKMSKeyId).toBe(drift.wrongKey);
  expect(await objectAlerts(drift.alerts, drift.bucket)).toEqual([]);
});

test.concurrent("an object written during drift is not missed with S3's own events, and ends under the declared key", async () => {
  const drift = await drifted("objs3", true);
  await windowAlerted(drift);
  const after = await repaired(e2e, drift.bucket, "by default");
  expect(after.LastModified).toEqual(drift.written);
  expect(await bytesOf(alice, drift.bucket, "by default")).toBe("the bytes");
});
