import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { DeleteBucketEncryptionCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { keyOf, otherAccount } from "../support/e2e/keys.ts";
import {
  aliceArn,
  encryptionOf,
  newBucket,
  outcomeOf,
  repairsOf,
  sealedBucket,
  soon,
  story,
  succeeds,
  writesOf,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const elsewhere = e2e.as(sandbox.rootCredentials, "eu-west-1");
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

/** Uploads with the bucket's default encryption, and reads it again. */
async function takesUploads(Bucket: string): Promise<boolean> {
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "upload", Body: "still here" }));
  const { Body: body } = await alice.s3.send(new GetObjectCommand({ Bucket, Key: "upload" }));
  return (await body?.transformToString()) === "still here";
}

const unusable: readonly (readonly [prefix: string, reason: RegExp, prepare: () => Promise<unknown>])[] = [
  [
    "key-disabled",
    /is in state Disabled$/,
    async () => root.kms.send(new DisableKeyCommand({ KeyId: await keyOf(root, "e2e-disabled") })),
  ],
  [
    "key-pending",
    /is in state PendingDeletion$/,
    async () => {
      const KeyId = await keyOf(root, "e2e-pending");
      await root.kms.send(new ScheduleKeyDeletionCommand({ KeyId })).catch(() => undefined);
    },
  ],
  [
    "key-asymmetric",
    /is RSA_2048 for ENCRYPT_DECRYPT, and S3 needs a symmetric encryption key$/,
    () => keyOf(root, "e2e-asymmetric", { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" }),
  ],
  ["key-elsewhere", /is not in us-east-1, where the bucket is$/, () => keyOf(elsewhere, "e2e-elsewhere")],
  ["key-missing", /does not exist$/, async () => undefined],
];

test.concurrent.each(unusable)(
  "nothing is written where the declared key would refuse every upload (%s)",
  async (prefix, reason, prepare) => {
    await prepare();
    const bucket = await newBucket(alice, prefix);
    const [alert] = await alerts.wait(bucket, 1);
    // Somebody may have taken the key away; a key that never fitted is the policy's own mistake.
    const severity = /asymmetric|elsewhere/.test(prefix) ? "high" : "critical";
    expect(alert).toMatchObject({ outcome: "held", severity, rule: prefix, actor: { arn: aliceArn } });
    expect(alert?.reasons).toContainEqual(expect.stringMatching(reason));
    expect(alert?.next).not.toEqual([]);
    expect(await writesOf(e2e, bucket)).toEqual([]);
    expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
    expect(await takesUploads(bucket)).toBe(true);
  },
);

test.concurrent("a bucket that CDK deploys from is not re-keyed, unless a rule names it in full and accepts that", async () => {
  const bucket = await newBucket(alice, "cdk-e2e-assets");
  const named = await newBucket(alice, "", "cdk-e2e-assets-accepted");
  const [[held], [changed]] = await Promise.all([alerts.wait(bucket, 1), alerts.wait(named, 1)]);
  expect(held).toMatchObject({ outcome: "held", rule: "infrastructure", actor: { arn: aliceArn } });
  expect(held?.reasons).toContainEqual(expect.stringMatching(/CDK's bootstrap stack/));
  expect(held?.next).toContainEqual(expect.stringMatching(/Exclude .*accept: \{ infrastructure: WHY \}/));
  expect(await writesOf(e2e, bucket)).toEqual([]);
  expect(changed).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
  expect(changed?.reasons).toContainEqual(expect.stringMatching(/accepts the hazard infrastructure/));
});

test.concurrent("a bucket that was held is repaired once its key is enabled again", async () => {
  const KeyId = await keyOf(root, "e2e-resting");
  await root.kms.send(new DisableKeyCommand({ KeyId }));
  const bucket = await newBucket(alice, "key-resting");
  await outcomeOf(e2e, bucket, "held");
  await root.kms.send(new EnableKeyCommand({ KeyId }));
  await sleep(1_500);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({ outcome: "changed", after: { key: KeyId } });
  expect(await takesUploads(bucket)).toBe(true);
});

test.concurrent("a key at risk is told once, with how many buckets depend on it and what cancels it, and so is its end", async () => {
  const key = await keyOf(root, "e2e-risk");
  const using = await sealedBucket(e2e, "key-risk");
  const ofKey = async () => (await alerts.all()).filter((alert) => alert.key?.arn === key);
  // The alias, and with it the key, is the one of a run before, should this one be repeated.
  const earlier = new Set((await ofKey()).map(({ id }) => id));
  const told = (count: number) =>
    soon(
      async () => (await ofKey()).filter(({ id }) => !earlier.has(id)),
      (all) => all.length >= count,
      40,
    );
  await alice.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
  const [pending] = await told(1);
  expect(pending).toMatchObject({ outcome: "reported", severity: "critical", bucket: null });
  // The look that a push makes, or that the making of the key did, may come before the event.
  expect([aliceArn, "arn:aws:iam::000000000000:root", undefined]).toContain(pending?.actor?.arn);
  expect(pending?.key).toMatchObject({ state: "PendingDeletion", using: 1, declared: 0, deletion: expect.any(String) });
  const cancel = `aws kms cancel-key-deletion --key-id ${key} --region ${sandbox.region}`;
  expect(pending?.next[0]).toBe(`Run: ${cancel} && aws kms enable-key --key-id ${key} --region ${sandbox.region}`);
  // A bucket that is to have it is held meanwhile, and repaired without a call of anybody.
  const waiting = await newBucket(alice, "key-risk");
  await outcomeOf(e2e, waiting, "held");
  await alice.kms.send(new CancelKeyDeletionCommand({ KeyId: key }));
  const [, disabled] = await told(2);
  expect(disabled).toMatchObject({ severity: "critical", key: { state: "Disabled", using: 1, declared: 1 } });
  await alice.kms.send(new EnableKeyCommand({ KeyId: key }));
  const [, , over] = await told(3);
  expect(over).toMatchObject({ outcome: "left alone", severity: "info", key: { state: "Enabled" } });
  // Its look waits in the lane, behind whatever a push of another test has looked at.
  const [held, changed] = await alerts.wait(waiting, 2, 110);
  expect([held?.outcome, changed?.outcome]).toEqual(["held", "changed"]);
  expect(await takesUploads(waiting)).toBe(true);
  expect(await alerts.about(using)).toHaveLength(1);
  expect(await told(3)).toHaveLength(3);

  // A policy that lets nobody encrypt is one, too; the key's state stays as it is.
  const { Policy = "" } = await root.kms.send(new GetKeyPolicyCommand({ KeyId: key }));
  const { Statement, ...rest } = JSON.parse(Policy) as { Statement: object[] };
  const deny = { Sid: "NoUploads", Effect: "Deny", Principal: "*", Action: "kms:GenerateDataKey", Resource: "*" };
  const narrow = JSON.stringify({ ...rest, Statement: [...Statement, deny] });
  await alice.kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: narrow }));
  expect((await told(4)).at(3)).toMatchObject({ severity: "critical", key: { state: "refused", using: 2 } });
  await alice.kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy }));
  expect((await told(5)).at(4)).toMatchObject({ outcome: "left alone", key: { state: "Enabled" } });
});

test.concurrent("an alias that was moved holds its buckets until a person accepts the key", async () => {
  const aliasArn = `arn:aws:kms:${sandbox.region}:${sandbox.account}:alias/e2e-moving`;
  const accepted = await keyOf(root, "e2e-moving");
  const bucket = await sealedBucket(e2e, "key-moving");
  const { KeyMetadata: other } = await root.kms.send(new CreateKeyCommand({}));
  await root.kms.send(new UpdateAliasCommand({ AliasName: "alias/e2e-moving", TargetKeyId: other?.Arn ?? "" }));
  await sleep(1_500);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [first, alert] = await alerts.wait(bucket, 2);
  expect(first).toMatchObject({ outcome: "changed", after: { key: accepted } });
  expect(alert).toMatchObject({ outcome: "held", severity: "critical", actor: { arn: aliceArn } });
  expect(alert?.reasons.join()).toContain(other?.Arn);
  expect(alert?.next.join()).toContain(`bucketseal policy accept-key ${aliasArn}`);
  expect(await repairsOf(e2e, bucket)).toHaveLength(1);
  expect(await takesUploads(bucket)).toBe(true);

  await succeeds(e2e, ["policy", "accept-key", aliasArn, "--yes"]);
  // A function accepts facts that it read within the last second.
  await sleep(1_500);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [, , released] = await alerts.wait(bucket, 3);
  expect(released).toMatchObject({ outcome: "changed", after: { key: other?.Arn } });
  expect(await takesUploads(bucket)).toBe(true);
});

test.concurrent("a declared key of a central account is read where its policy allows that, and written", async () => {
  const { root: central, Policy } = otherAccount(e2e);
  const key = await keyOf(central, "e2e-central", { Policy });
  const bucket = await newBucket(alice, "key-central");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "key-central", after: { key } });
  expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.KMSMasterKeyID).toBe(key);
  expect(await takesUploads(bucket)).toBe(true);
});

test.concurrent("a repair does not loop: thirty seconds later it is still the only write", async () => {
  const bucket = await sealedBucket(e2e, "e2e-loop");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await alerts.wait(bucket, 2);
  await sleep(30_000);
  expect(await writesOf(e2e, bucket)).toHaveLength(2);
  expect(await alerts.about(bucket)).toHaveLength(2);
});
