import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CopyObjectCommand, PutObjectCommand, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { listen } from "../../support/e2e/alerts.ts";
import { objectAlerts, settledBucket } from "../../support/e2e/objects.ts";
import { aliceArn, putEncryption, soon, story } from "../../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;

/** Windows of re-keying begin at every fifth second. */
const WINDOW_MS = 5_000;
const EACH = 12;

test("objects encrypted under keys outside the policy, and with SSE-C, are one critical alert within seconds", async () => {
  const [alerts, bucket] = await Promise.all([listen(e2e), settledBucket(e2e, "objkeys")]);
  const foreign = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  // Its rule does not mention SSE-C, so that anyone may allow it.
  await putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "NONE" });
  const put = (Key: string, more = {}) =>
    alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x", ...more }));
  const at = Array.from({ length: EACH }, (_, index) => index);
  await Promise.all(at.flatMap((n) => [put(`copied-${n}`), put(`updated-${n}`)]));
  await sleep(WINDOW_MS - (Date.now() % WINDOW_MS) + 100);

  const began = Date.now();
  const theirs = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: foreign } as const;
  const CopySource = (n: number) => `${bucket}/copied-${n}`;
  const ObjectEncryption = { SSEKMS: { KMSKeyArn: foreign, BucketKeyEnabled: true } };
  await Promise.all(
    at.flatMap((n) => [
      put(`put-${n}`, theirs),
      put(`sse-c-${n}`, customerKey()),
      alice.s3.send(
        new CopyObjectCommand({ Bucket: bucket, Key: `copied-${n}`, CopySource: CopySource(n), ...theirs }),
      ),
      alice.s3.send(new UpdateObjectEncryptionCommand({ Bucket: bucket, Key: `updated-${n}`, ObjectEncryption })),
    ]),
  );
  const signs = async () =>
    (await objectAlerts(alerts, bucket)).filter(
      ({ severity, objects }) => severity === "critical" && objects.rekeyed > 0,
    );
  const heard = await soon(signs, (found) => sum(found) === 4 * EACH);
  expect(Date.now() - began).toBeLessThan(15_000);
  // Two, if a window ended in between.
  expect(heard.length).toBeLessThanOrEqual(2);
  const samples = heard.flatMap(({ objects }) => objects.samples);
  for (const { actor, objects, next } of heard) {
    expect(actor?.arn).toBe(aliceArn);
    expect(objects.actors.map(({ arn }) => arn)).toEqual([aliceArn]);
    expect(objects.samples.length).toBeGreaterThan(0);
    expect(objects.samples.length).toBeLessThanOrEqual(20);
    expect(next[0]).toMatch(/ransomware encrypts objects under a key that only the attacker holds/);
  }
  for (const { key, outcome, reason } of samples) {
    expect(outcome).toBe("re-keyed");
    expect(reason).toBe(key.startsWith("sse-c-") ? "a key that only the writer holds (SSE-C)" : `under ${foreign}`);
  }
  await sleep(WINDOW_MS);
  expect(sum(await signs())).toBe(4 * EACH);
});

function customerKey(): object {
  const key = randomBytes(32);
  return {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
}

function sum(alerts: readonly { readonly objects: { readonly rekeyed: number } }[]): number {
  return alerts.reduce((total, { objects }) => total + objects.rekeyed, 0);
}
