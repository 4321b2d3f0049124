import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  lookedAfter,
  outcomeOf,
  putEncryption,
  sealedBucket,
  story,
  writesOf,
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

/** DSSE has no bucket key. */
const dsse = (key: string) => ({ algorithm: "aws:kms:dsse", key, sseC: "SSE-C" }) as const;

async function isDsse(bucket: string): Promise<boolean> {
  const rule = await encryptionOf(alice, bucket);
  return rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === "aws:kms:dsse";
}

test.concurrent("a bucket with DSSE under the declared key is held, and alerted once however often it is put", async () => {
  const bucket = await sealedBucket(e2e, "e2e-dsse");
  const writes = await writesOf(e2e, bucket);
  await putEncryption(alice, bucket, dsse(sandbox.keyArn));
  await outcomeOf(e2e, bucket, "held");
  await putEncryption(ci, bucket, dsse(sandbox.keyArn));
  const state = await lookedAfter(e2e, bucket, "PutBucketEncryption", "arn:aws:iam::000000000000:user/ci");
  expect(state.outcome).toBe("held");
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({
    outcome: "held",
    actor: { arn: aliceArn },
    before: { algorithm: "aws:kms:dsse", key: sandbox.keyArn },
  });
  expect(alert?.next).not.toEqual([]);
  await sleep(1_000);
  expect(await alerts.about(bucket)).toHaveLength(2);
  expect(await isDsse(bucket)).toBe(true);
  expect(await writesOf(e2e, bucket)).toEqual(writes);
});

test.concurrent("a bucket with DSSE and SSE-C allowed has SSE-C blocked at once, and is held in DSSE", async () => {
  const bucket = await sealedBucket(e2e, "e2e-dsse");
  await putEncryption(alice, bucket, { ...dsse(sandbox.keyArn), sseC: "NONE" });
  const [, changed, held] = await alerts.wait(bucket, 3);
  expect(changed).toMatchObject({ outcome: "changed", before: { sseC: "NONE" }, after: dsse(sandbox.keyArn) });
  expect(held).toMatchObject({ outcome: "held", actor: { arn: aliceArn }, before: dsse(sandbox.keyArn) });
  const rule = await encryptionOf(alice, bucket);
  expect(rule.BlockedEncryptionTypes).toEqual({ EncryptionType: ["SSE-C"] });
  expect(await isDsse(bucket)).toBe(true);
});

test.concurrent("a bucket that was held and is as declared again is alerted once more", async () => {
  const bucket = await sealedBucket(e2e, "e2e-dsse");
  await putEncryption(alice, bucket, dsse(sandbox.keyArn));
  await outcomeOf(e2e, bucket, "held");
  await putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "SSE-C" });
  const [, , alert] = await alerts.wait(bucket, 3);
  expect(alert).toMatchObject({ outcome: "left alone", severity: "info", reasons: ["no longer held"] });
});

test.concurrent("a bucket with DSSE under the declared key is left alone where the rule accepts stronger states", async () => {
  const bucket = await sealedBucket(e2e, "accept");
  const writes = await writesOf(e2e, bucket);
  await putEncryption(alice, bucket, dsse(sandbox.keyArn));
  const state = await lookedAfter(e2e, bucket, "PutBucketEncryption", aliceArn);
  expect(state).toMatchObject({ outcome: "left alone", rule: "dsse-accepted" });
  expect(await isDsse(bucket)).toBe(true);
  expect(await writesOf(e2e, bucket)).toEqual(writes);
  expect(await alerts.about(bucket)).toHaveLength(1);
});

test.concurrent("a bucket with DSSE under the declared key is changed where the rule weakens stronger states", async () => {
  const bucket = await sealedBucket(e2e, "weaken");
  await putEncryption(alice, bucket, dsse(sandbox.keyArn));
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({ outcome: "changed", rule: "dsse-weakened", before: { algorithm: "aws:kms:dsse" } });
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});

test.concurrent.each(["e2e-dsse", "accept"])(
  "a bucket with DSSE under a foreign key is repaired (%s)",
  async (prefix) => {
    const bucket = await sealedBucket(e2e, prefix);
    await putEncryption(alice, bucket, dsse(foreign));
    const [, alert] = await alerts.wait(bucket, 2);
    expect(alert).toMatchObject({ outcome: "changed", before: { algorithm: "aws:kms:dsse", key: foreign } });
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  },
);
