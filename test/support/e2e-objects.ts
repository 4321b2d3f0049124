import {
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { Alert } from "../../core/alert-schema.ts";
import type { Clients } from "./clients.ts";
import { callsOn, encryptionOf, newBucket, type Story, soon } from "./e2e.ts";
import type { Alerts } from "./e2e-alerts.ts";

/** What S3 says of an object. */
export async function headOf({ s3 }: Clients, Bucket: string, Key: string): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket, Key }));
}

export async function bytesOf({ s3 }: Clients, Bucket: string, Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

/** Writes an object that is not as any rule of the tests declares; its bytes name it. */
export async function offend(
  { s3 }: Clients,
  Bucket: string,
  Key: string,
  more: Partial<PutObjectCommandInput> = {},
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}`, ServerSideEncryption: "AES256", ...more }));
}

/** Waits until an object is under the sandbox's own key. */
export async function repaired(
  { alice, sandbox }: Story,
  bucket: string,
  key: string,
  seconds?: number,
): Promise<HeadObjectCommandOutput> {
  return soon(
    () => headOf(alice, bucket, key),
    ({ ServerSideEncryption: algorithm, SSEKMSKeyId: under }) => algorithm === "aws:kms" && under === sandbox.keyArn,
    seconds,
  );
}

/** A bucket that was repaired already, so that what is told of it is told of its objects. */
export async function settledBucket(told: Story, prefix: string, sendsEvents = false): Promise<string> {
  const bucket = await newBucket(told.alice, prefix);
  await soon(
    () => encryptionOf(told.alice, bucket),
    (rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== "AES256",
  );
  if (!sendsEvents) return bucket;
  await soon(
    () => told.alice.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket })),
    ({ EventBridgeConfiguration }) => EventBridgeConfiguration !== undefined,
  );
  return bucket;
}

/** The alerts about a bucket's objects. */
export async function objectAlerts(alerts: Alerts, bucket: string): Promise<readonly ObjectAlert[]> {
  return (await alerts.about(bucket)).filter(isAboutObjects);
}

export type ObjectAlert = Alert & { readonly objects: NonNullable<Alert["objects"]> };

/** How many objects the alerts count under an outcome. */
export function counted(alerts: readonly ObjectAlert[], outcome: string): number {
  return alerts.reduce((sum, { objects }) => sum + (objects.counts[outcome] ?? 0), 0);
}

/** What the object function did to a bucket's objects, by call and key, with how often S3 took it. */
export async function deeds(told: Story, bucket: string, api: string): Promise<ReadonlyMap<string, number>> {
  const calls = await callsOn(told, bucket);
  const done = calls.filter((call) => call.api === api && call.function !== null && call.status < 300);
  const times = new Map<string, number>();
  for (const { key } of done) times.set(key ?? "", (times.get(key ?? "") ?? 0) + 1);
  return times;
}

// --- internal ---

function isAboutObjects(alert: Alert): alert is ObjectAlert {
  return alert.objects !== null && alert.objects !== undefined;
}
