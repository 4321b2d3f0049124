import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { DeleteBucketEncryptionCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { historyOf } from "../support/e2e/history.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  newBucket,
  outcomeOf,
  putEncryption,
  repairsOf,
  sealedBucket,
  stateOf,
  story,
  succeeds,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, ci, root, sandbox } = e2e;
let alerts: Alerts;
let foreign = "";

beforeAll(async () => {
  alerts = await listen(e2e);
  const { KeyMetadata } = await root.kms.send(new CreateKeyCommand({ Description: "not a declared key" }));
  foreign = KeyMetadata?.Arn ?? "";
});

test.concurrent("a new bucket gets its declared encryption, with one alert that names who made it", async () => {
  const bucket = await newBucket(ci, "e2e-new");
  const [alert] = await alerts.wait(bucket, 1);
  expect(await encryptionOf(ci, bucket)).toEqual(declared(sandbox.keyArn));
  expect(alert).toMatchObject({
    outcome: "changed",
    severity: "medium",
    account: sandbox.account,
    region: sandbox.region,
    rule: "baseline",
    mode: "enforce",
    actor: { type: "IAMUser", arn: "arn:aws:iam::000000000000:user/ci" },
    event: { name: "CreateBucket" },
    before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    after: { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "SSE-C" },
  });
  expect(alert?.reasons).not.toEqual([]);
  expect(alert?.latencyMs).toBeLessThan(20_000);
  await outcomeOf(e2e, bucket, "left alone");
  expect(await alerts.about(bucket)).toHaveLength(1);
});

const ways: readonly (readonly [how: string, by: string, broken: object, act: (bucket: string) => Promise<unknown>])[] =
  [
    [
      "deletes its encryption",
      "DeleteBucketEncryption",
      { algorithm: "AES256", bucketKey: false },
      (Bucket) => alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
    ],
    [
      "puts AES256",
      "PutBucketEncryption",
      { algorithm: "AES256" },
      (bucket) => putEncryption(alice, bucket, { algorithm: "AES256" }),
    ],
    [
      "puts another key",
      "PutBucketEncryption",
      { algorithm: "aws:kms", bucketKey: true },
      (bucket) => putEncryption(alice, bucket, { algorithm: "aws:kms", key: foreign, bucketKey: true }),
    ],
    [
      "turns the bucket key off",
      "PutBucketEncryption",
      { algorithm: "aws:kms", bucketKey: false },
      (bucket) => putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: false }),
    ],
    [
      "unblocks SSE-C",
      "PutBucketEncryption",
      { algorithm: "aws:kms", bucketKey: true, sseC: "NONE" },
      (bucket) =>
        putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "NONE" }),
    ],
  ];

describe.concurrent("a bucket is repaired, with one alert that names alice, when she", () => {
  test.each(ways)("%s", async (_how, event, broken, act) => {
    const bucket = await sealedBucket(e2e, "e2e-broken");
    await act(bucket);
    const [, alert] = await alerts.wait(bucket, 2);
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
    expect(alert).toMatchObject({
      outcome: "changed",
      rule: "baseline",
      actor: { type: "IAMUser", arn: aliceArn, sourceIp: "127.0.0.1" },
      event: { name: event },
      before: broken,
      after: { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "SSE-C" },
    });
    await outcomeOf(e2e, bucket, "left alone");
    await sleep(2_000);
    expect(await alerts.about(bucket)).toHaveLength(2);
    expect(await repairsOf(e2e, bucket)).toHaveLength(2);
  });
});

test.concurrent("the ledger and its history know who broke a bucket, and by which rule it was repaired", async () => {
  const bucket = await sealedBucket(e2e, "e2e-ledger");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [, alert] = await alerts.wait(bucket, 2);
  const state = await stateOf(e2e, bucket);
  expect(state).toMatchObject({ rule: "baseline", mode: "enforce", exemption: null, intent: null });
  expect(state?.observed).toEqual({ algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "SSE-C" });
  expect(state?.triggers.at(-1)).toMatchObject({
    eventId: alert?.event?.id,
    eventName: "DeleteBucketEncryption",
    actor: aliceArn,
  });
  const entries = await historyOf(e2e, bucket);
  expect(entries.map(({ outcome, event, actor }) => [outcome, event?.eventName, actor?.arn])).toEqual([
    ["changed", "CreateBucket", aliceArn],
    ["changed", "DeleteBucketEncryption", aliceArn],
  ]);
  expect(entries.at(-1)).toMatchObject({
    id: alert?.id,
    alert: alert?.id,
    was: "left alone",
    rule: "baseline",
    before: { algorithm: "AES256" },
    after: { algorithm: "aws:kms", key: sandbox.keyArn },
    reasons: ["algorithm: AES256, declared aws:kms"],
    latencyMs: alert?.latencyMs,
  });
});

test.concurrent("what a person rolled back is told and left alone; anything else is repaired", async () => {
  const bucket = await sealedBucket(e2e, "e2e-rolled-back");
  const rolled = await succeeds(e2e, ["rollback", bucket, "--yes", "--reason", "SEC-1421", "--for", "1h", "--json"]);
  expect(JSON.parse(rolled.stdout)).toMatchObject({ rolledBack: true, weaker: [expect.stringContaining("AES256")] });
  // The next look sends the alert; the one for the write's own event may have come too early.
  await alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }));
  const [, told] = await alerts.wait(bucket, 2, 60);
  expect(told).toMatchObject({
    outcome: "exempt",
    event: { name: "bucketseal rollback" },
    after: { algorithm: "AES256" },
  });
  await outcomeOf(e2e, bucket, "exempt");
  await sleep(2_000);
  expect(await encryptionOf(root, bucket)).toMatchObject({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
  });
  expect(await repairsOf(e2e, bucket)).toHaveLength(1);
  await putEncryption(alice, bucket, { algorithm: "AES256", sseC: "NONE" });
  const [, , changed] = await alerts.wait(bucket, 3);
  expect(changed).toMatchObject({ outcome: "changed", actor: { arn: aliceArn }, before: { sseC: "NONE" } });
  expect(await encryptionOf(root, bucket)).toEqual(declared(sandbox.keyArn));
  const entries = await historyOf(e2e, bucket);
  expect(entries.map(({ rollback }) => rollback?.why ?? null)).toEqual([null, "SEC-1421", null]);
  expect(JSON.parse((await succeeds(e2e, ["history", bucket, "--json"])).stdout).entries).toHaveLength(3);
}, 200_000);
