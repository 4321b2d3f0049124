import { createHash, randomBytes } from "node:crypto";
import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import type { Alert } from "#core/alert/schema";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  aliceArn,
  encryptionOf,
  newBucket,
  putEncryption,
  repairsOf,
  sealedBucket,
  soon,
  story,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;
const plain = { algorithm: "AES256", sseC: "SSE-C" } as const;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

/**
 * Takes a repaired bucket's encryption away, so that only a hazard keeps it from being repaired
 * again; returns the second alert.
 */
async function brokenAgain(bucket: string) {
  await putEncryption(alice, bucket, plain);
  const [, second] = await alerts.wait(bucket, 2);
  return second;
}

async function algorithmOf(bucket: string): Promise<string | undefined> {
  return (await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
}

/** Replicates a bucket to another one; without `more`, objects under KMS keys are left out. */
async function replicate(from: string, to: string, more: Partial<ReplicationRule> = {}): Promise<void> {
  const VersioningConfiguration = { Status: "Enabled" as const };
  for (const Bucket of [from, to]) {
    await alice.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  const rule: ReplicationRule = {
    ID: "all",
    Priority: 1,
    Status: "Enabled",
    Filter: {},
    DeleteMarkerReplication: { Status: "Disabled" },
    Destination: { Bucket: `arn:aws:s3:::${to}` },
    ...more,
  };
  const Role = `arn:aws:iam::${sandbox.account}:role/replication`;
  const ReplicationConfiguration = { Role, Rules: [rule] };
  await alice.s3.send(new PutBucketReplicationCommand({ Bucket: from, ReplicationConfiguration }));
}

test.concurrent("a bucket whose replication would stop is held, and repaired once its rules take KMS objects", async () => {
  const copies = await newBucket(alice, "elsewhere");
  const bucket = await sealedBucket(e2e, "hazard-replicated");
  await replicate(bucket, copies);
  const held = await brokenAgain(bucket);
  expect(held).toMatchObject({ outcome: "held", severity: "high", rule: "hazards", actor: { arn: aliceArn } });
  expect(held?.reasons).toContain(`replication: rule all to ${copies} would leave out what is written under a KMS key`);
  expect(held?.next).toContainEqual(expect.stringMatching(/SseKmsEncryptedObjects.*accept: \{ replication: WHY \}/));
  expect(await algorithmOf(bucket)).toBe("AES256");

  await replicate(bucket, copies, {
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
    Destination: { Bucket: `arn:aws:s3:::${copies}`, EncryptionConfiguration: { ReplicaKmsKeyID: sandbox.keyArn } },
  });
  const [, , repaired] = await alerts.wait(bucket, 3);
  expect(repaired).toMatchObject({ outcome: "changed", actor: { arn: aliceArn }, after: { key: sandbox.keyArn } });
  expect(await repairsOf(e2e, bucket)).toHaveLength(2);
});

/** The newest alert about a bucket by a rule, and not about its objects; waits for it. */
async function newestOf(bucket: string, rule: string): Promise<Alert | undefined> {
  const found = (all: readonly Alert[]) => all.findLast((each) => each.rule === rule && each.objects == null);
  const isThere = (all: readonly Alert[]) => found(all) !== undefined;
  return found(await soon(() => alerts.about(bucket), isThere));
}

test.concurrent("a bucket that somebody writes to with SSE-C is held, until the rule accepts that they are refused", async () => {
  const Bucket = await newBucket(alice, "objssec");
  expect(await newestOf(Bucket, "sse-c-allowed")).toMatchObject({ outcome: "changed" });
  await putEncryption(alice, Bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "NONE" });
  const key = randomBytes(32);
  const SSECustomerKeyMD5 = createHash("md5").update(key).digest("base64");
  const own = { SSECustomerAlgorithm: "AES256", SSECustomerKey: key.toString("base64"), SSECustomerKeyMD5 };
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "mine", Body: "x", ...own }));
  await soon(
    () => alerts.about(Bucket),
    (all) => all.some(({ objects }) => objects != null),
  );

  const tag = (Value: string) =>
    alice.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "sse-c", Value }] } }));
  await tag("blocked");
  const held = await newestOf(Bucket, "sse-c-blocked");
  expect(held).toMatchObject({ outcome: "held", severity: "critical", before: { sseC: "NONE" } });
  expect(held?.reasons).toContainEqual(expect.stringMatching(/^SSE-C writers: an object was written with SSE-C at /));
  await tag("refused");
  const changed = await newestOf(Bucket, "sse-c-refused");
  expect(changed).toMatchObject({ outcome: "changed", after: { sseC: "SSE-C" } });
  expect(changed?.reasons).toContainEqual(expect.stringMatching(/accepts the hazard sse-c-writers \(SEC-11\)/));
});

/** Opens a bucket to everybody, as a website. */
async function publish(Bucket: string): Promise<void> {
  await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } };
  await alice.s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  await letIn(Bucket, "*", "s3:GetObject");
}

async function letIn(Bucket: string, Principal: unknown, Action: string): Promise<void> {
  const Statement = { Sid: "Open", Effect: "Allow", Principal, Action, Resource: `arn:aws:s3:::${Bucket}/*` };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

/** What somebody without credentials gets. */
async function visited(bucket: string, key: string): Promise<number> {
  return (await fetch(`${sandbox.endpoint}/${bucket}/${key}`)).status;
}

test.concurrent("a public website is held, since nobody could read it any more, and repaired once it is closed", async () => {
  const bucket = await sealedBucket(e2e, "hazard-website");
  const page = { Bucket: bucket, Key: "index.html", Body: "<p>hello" };
  await alice.s3.send(new PutObjectCommand({ ...page, ServerSideEncryption: "AES256" }));
  await alice.s3.send(new PutObjectCommand({ ...page, Key: "sealed.html" }));
  await publish(bucket);
  expect(await visited(bucket, "index.html")).toBe(200);
  expect(await visited(bucket, "sealed.html")).toBeGreaterThanOrEqual(400);

  const held = await brokenAgain(bucket);
  expect(held).toMatchObject({ outcome: "held", severity: "high", rule: "hazards", actor: { arn: aliceArn } });
  expect(held?.reasons).toContainEqual(
    "readers: Open of the bucket's policy lets everybody read objects, through its website too, and nobody without credentials can read what is under a KMS key",
  );
  expect(await algorithmOf(bucket)).toBe("AES256");
  await alice.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  const [, , repaired] = await alerts.wait(bucket, 3);
  expect(repaired).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
});

test.concurrent("a target of access logs is held, and repaired once nothing may be delivered", async () => {
  const bucket = await sealedBucket(e2e, "hazard-logs");
  await letIn(bucket, { Service: "logging.s3.amazonaws.com" }, "s3:PutObject");
  const held = await brokenAgain(bucket);
  expect(held).toMatchObject({ outcome: "held", severity: "high", rule: "hazards" });
  expect(held?.reasons).toContainEqual(expect.stringMatching(/^log target: Open of .* S3's server access logs/));
  expect(await algorithmOf(bucket)).toBe("AES256");
  await alice.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  const [, , repaired] = await alerts.wait(bucket, 3);
  expect(repaired).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
});

test.concurrent("readers whom the rule gives up hold nothing, and the alert says so", async () => {
  const bucket = await sealedBucket(e2e, "accepted-readers");
  await publish(bucket);
  const changed = await brokenAgain(bucket);
  expect(changed).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
  expect(changed?.reasons).toContainEqual(expect.stringMatching(/accepts the hazard readers \(SEC-12\): readers: /));
});

test.concurrent("a replication that the rule accepts holds nothing, and the alert says so", async () => {
  const copies = await newBucket(alice, "elsewhere");
  const bucket = await sealedBucket(e2e, "accepted-replicated");
  await replicate(bucket, copies);
  const changed = await brokenAgain(bucket);
  expect(changed).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
  expect(changed?.reasons).toContain(
    `rule hazards-accepted accepts the hazard replication (SEC-9): replication: rule all to ${copies} would leave out what is written under a KMS key`,
  );
});
