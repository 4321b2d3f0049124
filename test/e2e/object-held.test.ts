import { createHash, randomBytes } from "node:crypto";
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  CreateMultipartUploadCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { againMessage } from "../../functions/object/message.ts";
import { dataEvent, objectCreated } from "../events/object.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { newKey, otherAccount } from "../support/e2e/keys.ts";
import {
  control,
  headOf,
  objectsReported,
  objectWrites,
  policyKnown,
  sendObjectEvents,
  settledBucket,
  version,
} from "../support/e2e/objects.ts";
import { callsOn, newBucket, putEncryption, story } from "../support/e2e/story.ts";

/**
 * Every row of the strategy table that holds: alerted with its reason and a way out, and the object
 * is left unchanged.
 */
const e2e = story();
const { alice, sandbox } = e2e;
const { account, region } = sandbox;
let alerts: Alerts;

beforeAll(async () => {
  [alerts] = await Promise.all([listen(e2e), policyKnown()]);
});

const sse = { ServerSideEncryption: "AES256" } as const;
const dsse = { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: sandbox.keyArn } as const;
const kms = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn } as const;
const KEY = "held/a b+c%20";
const TOMORROW = new Date(Date.now() + 86_400_000);

/** An object that is held, and what it takes to look at it. */
type Held = Omit<HeadObjectCommandInput, "Bucket">;

interface Row {
  readonly what: string;
  /** Of the bucket; its rule is the one of test/e2e/policy.yaml. */
  readonly prefix: string;
  /** Creates the bucket if it is no ordinary one. */
  readonly bucket?: (prefix: string) => Promise<string>;
  /** Writes the object. */
  readonly put: (Bucket: string) => Promise<Held>;
  /** Causes the look, where the write does not. */
  readonly look?: (bucket: string, held: Held) => Promise<unknown>;
  readonly code: string;
  readonly severity?: "high" | "critical";
  readonly next: RegExp;
}

async function put(Bucket: string, more: Partial<PutObjectCommandInput> = {}): Promise<Held> {
  const { VersionId } = await alice.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: "the bytes", ...more }));
  return { Key: KEY, ...(VersionId === undefined ? {} : { VersionId }) };
}

/** Somebody re-encrypts a compliant object: the event comes after all preparations. */
const reEncrypted: Row["look"] = (Bucket, { Key, VersionId }) =>
  alice.s3.send(
    new UpdateObjectEncryptionCommand({
      Bucket,
      Key,
      VersionId,
      ObjectEncryption: { SSEKMS: { KMSKeyArn: sandbox.keyArn, BucketKeyEnabled: true } },
    }),
  );

/** The bucket's own events are off, so the test sends the one that causes a look. */
const seen: Row["look"] = (bucket, { Key }) => sendObjectEvents(e2e, [eventAbout(bucket, Key)]);
const eventAbout = (bucket: string, Key: string | undefined) =>
  objectCreated(Key, { detail: { bucket: { name: bucket } }, envelope: { account, region } });

async function underNewKey(Bucket: string, then: (KeyId: string) => Promise<unknown>): Promise<Held> {
  const key = await newKey(alice);
  const held = await put(Bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });
  await then(key);
  return held;
}

const plain = (prefix: string) => newBucket(alice, prefix);
const locked = (prefix: string) => settledBucket(e2e, prefix, false, { ObjectLockEnabledForBucket: true });
const lock = (Bucket: string, more: Partial<PutObjectCommandInput>) =>
  put(Bucket, { ...sse, ChecksumAlgorithm: "CRC32", ...more });

async function withSseC(prefix: string): Promise<string> {
  const bucket = await newBucket(alice, prefix);
  await putEncryption(alice, bucket, { algorithm: "AES256", sseC: "NONE" });
  return bucket;
}

async function tagged(prefix: string): Promise<string> {
  const Bucket = await newBucket(alice, prefix);
  const Tagging = { TagSet: [{ Key: "data", Value: "public" }] };
  await alice.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }));
  return Bucket;
}

async function versioned(prefix: string): Promise<string> {
  const bucket = await newBucket(alice, prefix);
  await version(alice, bucket, "versioned");
  return bucket;
}

/** The object function is refused every look, in a bucket whose requesters pay. */
async function refusing(prefix: string): Promise<string> {
  const Bucket = await settledBucket(e2e, prefix);
  const RequestPaymentConfiguration = { Payer: "Requester" as const };
  await alice.s3.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }));
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
    Condition: { StringNotLike: { "aws:PrincipalArn": "*:user/*" } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  return Bucket;
}

const rows: readonly Row[] = [
  {
    what: "DSSE is declared, and the rule allows no copy",
    prefix: "objnocopy",
    put: (bucket) => put(bucket, sse),
    code: "copy-not-allowed",
    next: /set "copy: true" in rule objects-not-copied/,
  },
  {
    what: "SSE-S3 is declared, and the rule allows no copy",
    prefix: "objaesnocopy",
    bucket: plain,
    put: (bucket) => put(bucket, kms),
    code: "copy-not-allowed",
    next: /set "copy: true" in rule objects-to-sse-s3-not-copied/,
  },
  {
    what: "stronger than declared",
    prefix: "objdata",
    put: (bucket) => put(bucket, dsse),
    code: "stronger",
    next: /set "stronger: accept" in rule objects-by-trail/,
  },
  {
    what: "weaker only because of a tag",
    prefix: "objtag",
    bucket: tagged,
    put: (bucket) => put(bucket, kms),
    code: "weaker-by-tags",
    next: /make rule objects-weaker-by-tag match without tags/,
  },
  {
    what: "under a disabled key",
    prefix: "objunseen",
    put: (bucket) => underNewKey(bucket, (KeyId) => alice.kms.send(new DisableKeyCommand({ KeyId }))),
    look: seen,
    code: "source-key-unusable",
    severity: "critical",
    next: /Enable it again, cancel its deletion, or have its owner share it/,
  },
  {
    what: "under a key that is pending deletion",
    prefix: "objunseen",
    put: (bucket) => underNewKey(bucket, (KeyId) => alice.kms.send(new ScheduleKeyDeletionCommand({ KeyId }))),
    look: seen,
    code: "source-key-unusable",
    severity: "critical",
    next: /cancel its deletion/,
  },
  {
    what: "under a key of another account",
    prefix: "objdata",
    put: async (bucket) => {
      const { root: other, Policy } = otherAccount(e2e);
      return put(bucket, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: await newKey(other, { Policy }) });
    },
    code: "source-key-unusable",
    severity: "critical",
    next: /Find out how the objects got encrypted under an unusable key/,
  },
  {
    what: "under SSE-C",
    prefix: "objaes",
    bucket: withSseC,
    put: async (bucket) => {
      const raw = randomBytes(32);
      const customer = {
        SSECustomerAlgorithm: "AES256",
        SSECustomerKey: raw.toString("base64"),
        SSECustomerKeyMD5: createHash("md5").update(raw).digest("base64"),
      };
      return { ...(await put(bucket, customer)), ...customer };
    },
    code: "object-sse-c",
    severity: "critical",
    next: /Only the holder of the key can read these objects\. Have them rewritten without SSE-C/,
  },
  {
    what: "in governance retention",
    prefix: "objdata",
    bucket: locked,
    put: (bucket) => lock(bucket, { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: TOMORROW }),
    code: "object-locked",
    next: /lift the legal hold or governance retention/,
  },
  {
    what: "in compliance retention",
    prefix: "objdata",
    bucket: locked,
    put: (bucket) => lock(bucket, { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: TOMORROW }),
    code: "object-locked",
    next: /compliance retention cannot be lifted/,
  },
  {
    what: "under a legal hold, by S3's events",
    prefix: "objs3",
    bucket: (prefix) => settledBucket(e2e, prefix, true, { ObjectLockEnabledForBucket: true }),
    put: (bucket) => lock(bucket, { ObjectLockLegalHoldStatus: "ON" }),
    code: "object-locked",
    next: /lift the legal hold/,
  },
  {
    what: "a replica",
    prefix: "objunseen",
    put: async (bucket) => {
      const held = await put(bucket, sse);
      await control(e2e, "replication", { bucket, key: KEY, status: "REPLICA" });
      return held;
    },
    look: seen,
    code: "object-replica",
    next: /Repair the source bucket and its replication rule/,
  },
  {
    what: "still to be replicated",
    prefix: "objunseen",
    put: async (bucket) => {
      const held = await put(bucket, sse);
      await control(e2e, "replication", { bucket, key: KEY, status: "PENDING" });
      return held;
    },
    look: seen,
    code: "replication-pending",
    next: /Wait until the objects are replicated/,
  },
  {
    what: "archived, and a copy is needed",
    prefix: "objaes",
    bucket: plain,
    put: (bucket) => put(bucket, { ...kms, StorageClass: "GLACIER" }),
    code: "object-archived",
    next: /Restore the objects temporarily/,
  },
  {
    what: "not the current version, and a copy is needed",
    prefix: "objaes",
    bucket: versioned,
    put: async (bucket) => {
      const held = await put(bucket, sse);
      await put(bucket, sse);
      return held;
    },
    look: reEncrypted,
    code: "object-not-current",
    next: /S3 Batch Operations/,
  },
  {
    what: "larger than 5 GB, and a copy is needed",
    prefix: "objaes",
    bucket: plain,
    put: async (bucket) => {
      const held = await put(bucket, sse);
      await control(e2e, "size", { bucket, key: KEY, bytes: `${5 * 1024 ** 3 + 1}` });
      return held;
    },
    look: reEncrypted,
    code: "copy-too-large",
    next: /multipart copy or with S3 Batch Operations/,
  },
  {
    what: "on top of a null version, versioning is suspended, and a copy is needed",
    prefix: "objaes",
    bucket: plain,
    put: async (bucket) => {
      await put(bucket, sse);
      await version(alice, bucket, "versioned");
      const held = await put(bucket, sse);
      await version(alice, bucket, "suspended");
      return held;
    },
    look: reEncrypted,
    code: "null-version-beneath",
    next: /Enable versioning of objaes-\w+ again/,
  },
  {
    what: "beneath a multipart upload that is under way, and a copy is needed",
    prefix: "objcopy",
    put: async (Bucket) => {
      await alice.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: KEY }));
      return put(Bucket, sse);
    },
    code: "upload-under-way",
    next: /Abort abandoned uploads with a lifecycle rule/,
  },
  {
    what: "in a bucket that deployments depend on",
    prefix: "cdk-e2e-assets",
    bucket: plain,
    put: (bucket) => put(bucket, sse),
    code: "infrastructure",
    next: /Exclude cdk-e2e-assets-\w+ from rule infrastructure/,
  },
  {
    what: "larger than the rule allows",
    prefix: "objsmall",
    put: (bucket) => put(bucket, { ...sse, Body: "eleven char" }),
    code: "object-too-large",
    next: /Raise objects\.maxBytes in rule objects-small/,
  },
  {
    what: "not to be looked at, where requesters pay",
    prefix: "objdata",
    bucket: refusing,
    put: (bucket) => put(bucket, sse),
    code: "requester-pays",
    next: /switch Requester Pays off/,
  },
];

describe.concurrent("an object is held and reported, and nothing of it is changed:", () => {
  test.each(rows)("$what", async ({ prefix, bucket: make, put: write, look, code, severity = "medium", next }) => {
    const bucket = await (make ?? ((of) => settledBucket(e2e, of)))(prefix);
    const held = await write(bucket);
    await look?.(bucket, held);
    const before = await lookAt(bucket, held);
    const [alert] = await objectsReported(alerts, bucket, "held");
    expect(alert).toMatchObject({ outcome: "held", severity, bucket });
    const { counts, reasons, samples } = alert?.objects ?? {};
    // After a write and a re-encryption, both events may find the final state.
    expect([counts, reasons?.[code]]).toEqual([{ held: looks(samples) }, looks(samples)]);
    expect(samples).toContainEqual(expect.objectContaining({ key: KEY, outcome: "held" }));
    expect(alert?.next.join("\n")).toMatch(next);
    expect(await lookAt(bucket, held)).toEqual(before);
    expect(await objectWrites(e2e, bucket)).toEqual([]);
  });

  test("one in a directory bucket that a rule names", async () => {
    const bucket = "objdir-named--use1-az4--x-s3";
    const record = { eventSource: "s3express.amazonaws.com" };
    await sendObjectEvents(e2e, [dataEvent("PutObject", KEY, { bucket, account, region, record })]);
    const [alert] = await objectsReported(alerts, bucket, "held");
    expect(alert).toMatchObject({ outcome: "held", severity: "medium", rule: "directory-buckets" });
    expect(alert?.objects).toMatchObject({ counts: { held: 1 }, reasons: { "directory-bucket": 1 } });
    expect(alert?.next.join("\n")).toMatch(/take the bucket out of rule directory-buckets/);
    expect(await callsOn(e2e, bucket)).toEqual([]);
  });

  test("one that is still to be replicated, until a later look finds that it was", async () => {
    const bucket = await settledBucket(e2e, "objunseen");
    await put(bucket, sse);
    await control(e2e, "replication", { bucket, key: KEY, status: "PENDING" });
    const event = eventAbout(bucket, KEY);
    await sendObjectEvents(e2e, [event]);
    const [held] = await objectsReported(alerts, bucket, "held");
    expect(held?.objects).toMatchObject({ counts: { held: 1 }, reasons: { "replication-pending": 1 } });
    expect(await objectWrites(e2e, bucket)).toEqual([]);
    await control(e2e, "replication", { bucket, key: KEY, status: "COMPLETED" });
    // The postponed message of a quarter of an hour, sent now.
    await sendObjectEvents(e2e, [againMessage(JSON.stringify(event))]);
    await objectsReported(alerts, bucket, "changed");
    expect(await headOf(alice, bucket, KEY)).toMatchObject({ ...kms, ReplicationStatus: "COMPLETED" });
    expect(await objectWrites(e2e, bucket)).toMatchObject([{ api: "UpdateObjectEncryption" }]);
  });
});

function looks(samples: readonly unknown[] = []): number {
  return samples.length;
}

/** Everything that S3 returns about an object, without the metadata of the call. */
async function lookAt(
  bucket: string,
  { Key = "", ...more }: Held,
): Promise<Omit<HeadObjectCommandOutput, "$metadata">> {
  const { $metadata: _, ...said } = await headOf(alice, bucket, Key, more);
  return said;
}
