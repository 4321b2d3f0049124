import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3";
import type { Alert } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { bucketAlert, objectAlerts, until } from "./alerts.ts";
import type { Scene, Seen } from "./scene.ts";

const BUCKET = "orders-2026";
const KEYS = ["2026/order-1001.pdf", "2026/order 1002 (ü).pdf", "2026/order+1003.pdf"];

/**
 * Third scene: objects are written with another encryption than declared, then re-keyed by an
 * attacker, and repaired both times.
 */
export async function demoObjects(scene: Scene): Promise<Pick<Seen, "objects">> {
  const { sandbox, say } = scene;
  const alice = scene.alice.s3;

  say.act("ci", `creates the versioned bucket ${BUCKET}; its rule says objects: { onWrite: enforce }`);
  await scene.ci.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await scene.ci.s3.send(
    new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
  );
  await bucketAlert(scene, BUCKET, 1, "changed");
  say.seen("the bucket's own encryption is repaired first");

  say.act("alice", `uploads ${KEYS.length} orders with an old script that asks for AES256 (PutObject)`);
  const before = await Promise.all(KEYS.map((key) => upload(alice, key)));
  say.note(`HeadObject of ${KEYS[0]}: ${describe(before[0])}`);
  const after = await Promise.all(KEYS.map((key) => repaired(scene, key)));
  say.seen(`repaired: ${describe(after[0])}`);
  for (const [at, key] of KEYS.entries()) await unmoved(alice, key, before[at], after[at]);
  say.seen("same version, ETag, time and bytes, and no extra version: S3 re-encrypted them in place");

  say.act("an attacker", "with ci's access key re-encrypts the orders under a key that is not in the policy");
  const { KeyMetadata: foreign } = await scene.ci.kms.send(new CreateKeyCommand({}));
  const encryption = { SSEKMS: { KMSKeyArn: foreign?.Arn ?? "", BucketKeyEnabled: true } };
  const at = Date.now();
  for (const Key of KEYS) {
    await scene.ci.s3.send(new UpdateObjectEncryptionCommand({ Bucket: BUCKET, Key, ObjectEncryption: encryption }));
  }
  const rekeyed = await objectAlerts(scene, BUCKET, "the alert about re-keyed objects", (alerts) =>
    enough(alerts, ({ objects }) => objects?.rekeyed),
  );
  const critical = rekeyed.find(({ objects }) => (objects?.rekeyed ?? 0) > 0);
  if (critical?.severity !== "critical") throw new Error(`re-keyed objects were reported as ${critical?.severity}`);
  say.seen(`a critical alert after ${((Date.now() - at) / 1000).toFixed(1)} s`);
  say.quote(alertText(critical));
  await Promise.all(KEYS.map((key) => repaired(scene, key)));
  say.seen(`the orders are back under …/${sandbox.keyArn.split("/").at(-1)}`);

  const reported = await objectAlerts(scene, BUCKET, "the alerts about repaired objects", (alerts) =>
    enough(alerts, ({ objects }) => objects?.counts.changed, 2),
  );
  const windows = reported.filter(({ objects }) => objects?.rekeyed === 0);
  say.seen(`one alert per bucket every few seconds: ${windows.map(({ reasons }) => reasons[0] ?? "").join("; then ")}`);
  return { objects: 2 * KEYS.length };
}

// --- internal ---

function enough(alerts: readonly Alert[], countOf: (alert: Alert) => number | undefined, times = 1): boolean {
  return alerts.reduce((sum, alert) => sum + (countOf(alert) ?? 0), 0) >= times * KEYS.length;
}

async function upload(s3: S3Client, Key: string): Promise<HeadObjectCommandOutput> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: `of ${Key}`, ServerSideEncryption: "AES256" }));
  const seen = await head(s3, Key);
  if (seen.ServerSideEncryption === "AES256") return seen;
  throw new Error(`${Key} was ${describe(seen)} before Bucketseal could have seen it`);
}

/** Waits until an object is under the declared key. */
async function repaired(scene: Scene, key: string): Promise<HeadObjectCommandOutput> {
  return until(scene, `that ${key} is under the declared key`, async () => {
    const seen = await head(scene.alice.s3, key);
    return seen.SSEKMSKeyId === scene.sandbox.keyArn ? seen : undefined;
  });
}

async function head(s3: S3Client, Key: string): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
}

async function unmoved(
  s3: S3Client,
  Key: string,
  before: HeadObjectCommandOutput | undefined,
  after: HeadObjectCommandOutput | undefined,
): Promise<void> {
  const what = (seen: HeadObjectCommandOutput | undefined) =>
    JSON.stringify([seen?.ETag, seen?.LastModified, seen?.VersionId, seen?.ContentLength]);
  if (what(before) !== what(after)) throw new Error(`${Key} was ${what(before)}, now ${what(after)}`);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  if ((await Body?.transformToString()) !== `of ${Key}`) throw new Error(`${Key} holds other bytes`);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: Key }));
  if (Versions.length !== 1) throw new Error(`${Key} has ${Versions.length} versions`);
}

function describe(seen: HeadObjectCommandOutput | undefined): string {
  const key = seen?.SSEKMSKeyId === undefined ? "" : ` under …/${seen.SSEKMSKeyId.split("/").at(-1)}`;
  return `${seen?.ServerSideEncryption}${key}, ETag ${seen?.ETag}, ${seen?.LastModified?.toISOString()}`;
}
