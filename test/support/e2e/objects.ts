import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { findDeployments } from "#aws/ssm/deployment";
import type { Alert } from "#core/alert/schema";
import type { Clients } from "../local-aws/clients.ts";
import type { LoggedCall } from "../local-aws/local-aws.ts";
import type { Alerts } from "./alerts.ts";
import { assume } from "./redrive.ts";
import { callsOn, encryptionOf, nameOf, type Story, soon } from "./story.ts";

/** S3's metadata of an object, or of one of its versions. */
export async function headOf(
  { s3 }: Clients,
  Bucket: string,
  Key: string,
  more: Partial<HeadObjectCommandInput> = {},
): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket, Key, ...more }));
}

export async function bytesOf({ s3 }: Clients, Bucket: string, Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

/** Writes an object that violates every rule of the tests; its bytes name it. */
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

/**
 * A bucket that was repaired already, so that its further alerts are about its objects; it sends
 * its own events where its rule wants them.
 */
export async function settledBucket(
  { alice }: Story,
  prefix: string,
  sendsEvents = false,
  more: Omit<CreateBucketCommandInput, "Bucket"> = {},
): Promise<string> {
  const Bucket = nameOf(prefix);
  await alice.s3.send(new CreateBucketCommand({ Bucket, ...more }));
  await soon(
    () => encryptionOf(alice, Bucket),
    (rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== "AES256",
    LONG,
  );
  if (!sendsEvents) return Bucket;
  await soon(
    () => alice.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
    ({ EventBridgeConfiguration }) => EventBridgeConfiguration !== undefined,
    LONG,
  );
  return Bucket;
}

/** The alerts about a bucket's objects. */
export async function objectAlerts(alerts: Alerts, bucket: string): Promise<readonly ObjectAlert[]> {
  return (await alerts.about(bucket)).filter(isAboutObjects);
}

export type ObjectAlert = Alert & { readonly objects: NonNullable<Alert["objects"]> };

/** The number of objects that the alerts count under an outcome. */
export function counted(alerts: readonly ObjectAlert[], outcome: string): number {
  return alerts.reduce((sum, { objects }) => sum + (objects.counts[outcome] ?? 0), 0);
}

/**
 * The object function's successful writes to a bucket's objects, by call and key, with their
 * number.
 */
export async function deeds(e2e: Story, bucket: string, api: string): Promise<ReadonlyMap<string, number>> {
  const calls = await callsOn(e2e, bucket);
  const done = calls.filter((call) => call.api === api && call.function !== null && call.status < 300);
  const times = new Map<string, number>();
  for (const { key } of done) times.set(key ?? "", (times.get(key ?? "") ?? 0) + 1);
  return times;
}

/**
 * Where there was no policy, a function caches that for a second: the sandbox's own deployment may
 * have started it before.
 */
export function policyKnown(): Promise<void> {
  return sleep(1_100);
}

export type Versioning = "unversioned" | "versioned" | "suspended";

/** Sets a bucket's versioning. */
export async function version({ s3 }: Clients, Bucket: string, versioning: Versioning): Promise<void> {
  if (versioning === "unversioned") return;
  const Status = versioning === "versioned" ? "Enabled" : "Suspended";
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/**
 * Waits until alerts counted this many objects of a bucket with that outcome; returns those alerts.
 */
export async function objectsReported(
  alerts: Alerts,
  bucket: string,
  outcome: "changed" | "held",
  count = 1,
): Promise<readonly ObjectAlert[]> {
  return soon(
    async () => (await objectAlerts(alerts, bucket)).filter((alert) => counted([alert], outcome) > 0),
    (found) => counted(found, outcome) >= count,
    LONG,
  );
}

/** The object function's writes to a bucket's objects, whether they succeeded or not. */
export async function objectWrites(e2e: Story, bucket: string): Promise<LoggedCall[]> {
  const calls = await callsOn(e2e, bucket);
  return calls.filter(({ api, function: by }) => by === e2e.sandbox.functions.object && WRITES.has(api));
}

/** Sends events to the object queue, as the redrive role. */
export async function sendObjectEvents(e2e: Story, events: readonly object[]): Promise<void> {
  const [deployment] = await findDeployments(e2e.root.ssm);
  const { sqs } = await assume(e2e, deployment?.objectRedriveRoleArn ?? "", "e2e");
  for (const event of events) {
    const QueueUrl = e2e.sandbox.queues.objects;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  }
}

/**
 * Asks the sandbox for a state of an object that no AWS call makes (any more); see
 * sandbox/local_aws/s3/control.py.
 */
export async function control(
  { sandbox }: Story,
  what: "size" | "copy-limit" | "replication" | "unencrypted",
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const path = `${sandbox.endpoint}/_bucketseal/s3/${what}?${new URLSearchParams(query)}`;
  const answer = await fetch(path, { method: "PUT" });
  if (!answer.ok) throw new Error(`control path ${path}: ${answer.status}`);
}

// --- internal ---

/** Seconds: many of these tests run in parallel, and each waits for the end of a window. */
const LONG = 75;

function isAboutObjects(alert: Alert): alert is ObjectAlert {
  return alert.objects !== null && alert.objects !== undefined;
}

const WRITES: ReadonlySet<string> = new Set([
  "UpdateObjectEncryption",
  "CopyObject",
  "PutObject",
  "DeleteObject",
  "PutObjectAcl",
  "PutObjectTagging",
]);
