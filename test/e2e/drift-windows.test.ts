import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { DeleteBucketEncryptionCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { readRequests } from "#aws/backfill/requests";
import type { Alert } from "#core/alert/schema";
import { windowStart } from "#core/backfill/messages";
import type { BackfillRequest } from "#core/backfill/request";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { type Backfills, backfills } from "../support/e2e/backfills.ts";
import { bytesOf, headOf, repaired, settledBucket } from "../support/e2e/objects.ts";
import { encryptionOf, putEncryption, soon, story } from "../support/e2e/story.ts";

/** Drift windows of rules that say `closeDriftWindows: true`: each closes by itself. */
const e2e = story();
const { alice, root, sandbox } = e2e;
const KEYS = ["a", "ü b", "c/d"];
let alerts: Alerts;
let runs: Backfills;

beforeAll(async () => {
  [alerts, runs] = await Promise.all([listen(e2e), backfills(e2e)]);
});

/**
 * Weakens a bucket's default and writes objects before it is repaired. The repair may be faster;
 * then it is done again. Returns how often the default was weakened.
 */
async function writtenInDrift(bucket: string, weaken: () => Promise<unknown>, keys = KEYS): Promise<number> {
  for (let round = 1; round <= 10; round++) {
    await weaken();
    await Promise.all(
      keys.map((Key) => alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `of ${Key}` }))),
    );
    const heads = await Promise.all(keys.map((key) => headOf(alice, bucket, key)));
    if (heads.every(({ SSEKMSKeyId: under }) => under !== sandbox.keyArn)) return round;
    await isRepaired(bucket);
  }
  throw new Error("every repair was faster than the writes");
}

async function isRepaired(bucket: string): Promise<void> {
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === sandbox.keyArn,
  );
}

function requestsOf(bucket: string): Promise<readonly BackfillRequest[]> {
  const ledger = { dynamodb: root.dynamodb, table: sandbox.ledgerTable };
  return readRequests(ledger, runs.refOf(bucket));
}

/** Waits until so many windows of a bucket, and no other ones, are closed. */
async function closed(bucket: string, count: number): Promise<readonly BackfillRequest[]> {
  return soon(
    () => requestsOf(bucket),
    (requests) => requests.length >= count && requests.every(({ state }) => state === "closed"),
  );
}

async function backfillAlerts(bucket: string): Promise<readonly Alert[]> {
  return (await alerts.about(bucket)).filter(({ backfill }) => backfill !== undefined);
}

test.concurrent("what was written while the default was weaker is as declared, the window is closed, and one alert says so", async () => {
  const bucket = await settledBucket(e2e, "objwin");
  const weaken = () => alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const times = await writtenInDrift(bucket, weaken);
  await Promise.all(KEYS.map((key) => repaired(e2e, bucket, key)));
  for (const key of KEYS) expect(await bytesOf(alice, bucket, key)).toBe(`of ${key}`);

  const windows = await closed(bucket, times);
  expect(windows.map(({ window }) => window?.kind)).toEqual(windows.map(() => "drift"));
  const changed = (found: readonly Alert[]) =>
    found.reduce((sum, { objects }) => sum + (objects?.counts.changed ?? 0), 0);
  const told = await soon(
    () => backfillAlerts(bucket),
    (found) => changed(found) >= KEYS.length,
  );
  // Where a repair was faster than a write, there are several windows.
  if (times === 1) expect(told.map(({ objects }) => objects?.counts)).toEqual([{ changed: KEYS.length }]);
  expect(told.length).toBeLessThanOrEqual(times);
  const repairing = told.find((each) => changed([each]) > 0);
  expect(repairing).toMatchObject({ outcome: "changed", backfill: { state: "done", versions: "current" } });
  expect(repairing?.reasons[0]).toMatch(/^drift window: the bucket's default was another one between /);
  const [repair] = (await alerts.about(bucket)).filter(({ event }) => event?.name === "DeleteBucketEncryption");
  expect(repair?.reasons.at(-1)).toMatch(/may be under AES256: a backfill of that time starts by itself$/);
});

test.concurrent("two windows in quick succession are both closed, whichever is asked for while the other's backfill is under way", async () => {
  const bucket = await settledBucket(e2e, "objwin");
  const wrongKey = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  const foreign = () => putEncryption(alice, bucket, { algorithm: "aws:kms", key: wrongKey, bucketKey: true });
  const plain = () => putEncryption(alice, bucket, { algorithm: "AES256" });
  let times = await writtenInDrift(bucket, foreign, ["first"]);
  await isRepaired(bucket);
  times += await writtenInDrift(bucket, plain, ["second"]);
  await Promise.all(["first", "second"].map((key) => repaired(e2e, bucket, key)));

  const windows = await closed(bucket, times);
  // The same windows again, as a message that is delivered twice.
  const before = await runs.last(bucket);
  for (const { by, window, selection } of windows) {
    if (window !== null) await runs.send(windowStart(runs.refOf(bucket), by, window, selection.versions));
  }
  await runs.send({
    ...windowStart(
      runs.refOf(bucket),
      "dana",
      { id: "w-last", kind: "gap", from: null, to: "2026-01-01T00:00:00Z" },
      "current",
    ),
  });
  const after = await closed(bucket, windows.length + 1);
  expect(after).toHaveLength(windows.length + 1);
  expect((await runs.last(bucket))?.windows?.map(({ id }) => id)).toEqual(["w-last"]);
  expect(before?.id).not.toBe((await runs.last(bucket))?.id);
});

test.concurrent("a rule that only observes existing objects counts them, and writes none", async () => {
  const bucket = await settledBucket(e2e, "objwinseen");
  const times = await writtenInDrift(bucket, () => putEncryption(alice, bucket, { algorithm: "AES256" }));
  await closed(bucket, times);
  const isCounting = ({ objects }: Alert) => objects?.counts.reported === KEYS.length;
  const told = await soon(
    () => backfillAlerts(bucket),
    (found) => found.some(isCounting),
  );
  const windows = expect.arrayContaining([expect.objectContaining({ kind: "drift" })]);
  expect(told.find(isCounting)).toMatchObject({ outcome: "reported", backfill: { windows } });
  expect(told.flatMap(({ objects }) => objects?.counts.changed ?? [])).toEqual([]);
  for (const key of KEYS) expect((await headOf(alice, bucket, key)).ServerSideEncryption).toBe("AES256");
});
