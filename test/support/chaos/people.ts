import { setTimeout as sleep } from "node:timers/promises";
import { DeleteBucketEncryptionCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { putEncryption, type Story } from "../e2e/story.ts";
import { soaked } from "../soak.ts";

/** What a person did last to a bucket. */
type LastDeed = "removed" | "AES256" | "foreign key" | "no bucket key" | "DSSE";

/** A bucket that two people change, one change after the other. */
export interface StormyBucket {
  readonly bucket: string;
  readonly last: LastDeed;
}

/**
 * Keeps changing a bucket's default encryption, one change in a second or two (in the soak, where
 * there are many buckets, in four); the last one is made when `calm` is true.
 */
export async function changeBucket(
  e2e: Story,
  bucket: string,
  foreignKey: string,
  calm: () => boolean,
  random: () => number,
): Promise<StormyBucket> {
  for (;;) {
    const isLast = calm();
    const last = pick(DEEDS, random);
    const as = random() < 0.5 ? e2e.alice : e2e.ci;
    if (last === "removed") await as.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    else await putEncryption(as, bucket, configurations(e2e.sandbox.keyArn, foreignKey)[last]);
    if (isLast) return { bucket, last };
    await sleep(300 + random() * BETWEEN_CHANGES_MS);
  }
}

/** An object that one person writes. */
export interface StormyObject {
  readonly bucket: string;
  readonly key: string;
  /** The bytes that were written last; `null`: it was deleted. */
  readonly body: string | null;
}

/**
 * Overwrites an object a few times, mostly not as declared, once more when `calm` is true, and
 * sometimes deletes it in the end.
 */
export async function overwriteObject(
  { alice, ci, sandbox }: Story,
  bucket: string,
  key: string,
  foreignKey: string,
  times: number,
  calm: () => boolean,
  random: () => number,
): Promise<StormyObject> {
  let body = "";
  for (let at = 0; at < times; at += 1) {
    await sleep(random() * BETWEEN_WRITES_MS);
    while (at === times - 1 && !calm()) await sleep(200);
    body = `${key}, written the ${at + 1}. time`.padEnd(40 + at, ".");
    const encryption = pick(
      [
        { ServerSideEncryption: "AES256" },
        { ServerSideEncryption: "AES256" },
        { ServerSideEncryption: "aws:kms", SSEKMSKeyId: foreignKey },
        { ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: true },
      ] as const,
      random,
    );
    const { s3 } = random() < 0.5 ? alice : ci;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...encryption }));
  }
  if (random() > 0.1) return { bucket, key, body };
  await alice.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  return { bucket, key, body: null };
}

// --- internal ---

const BETWEEN_CHANGES_MS = soaked(8_000, 2_000);
const BETWEEN_WRITES_MS = soaked(20_000, 3_000);
const DEEDS: readonly LastDeed[] = ["removed", "AES256", "foreign key", "no bucket key", "DSSE"];

function configurations(key: string, foreignKey: string) {
  return {
    AES256: { algorithm: "AES256" },
    "foreign key": { algorithm: "aws:kms", key: foreignKey, bucketKey: true },
    "no bucket key": { algorithm: "aws:kms", key },
    DSSE: { algorithm: "aws:kms:dsse", key, sseC: "SSE-C" },
  } as const;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}
