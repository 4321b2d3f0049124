import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { backfillStart } from "#core/backfill/messages";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { type Backfills, backfills } from "../support/e2e/backfills.ts";
import { bytesOf, headOf, settledBucket, version } from "../support/e2e/objects.ts";
import { putEncryption, soon, story } from "../support/e2e/story.ts";

/** Passes over the existing objects of a bucket, started as a person does. */
const e2e = story();
const { alice, sandbox } = e2e;
const all = { prefix: "", versions: "all", since: null, until: null } as const;
let alerts: Alerts;
let runs: Backfills;

beforeAll(async () => {
  [alerts, runs] = await Promise.all([listen(e2e), backfills(e2e)]);
});

function put(Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}) {
  const encryption = more.SSECustomerAlgorithm === undefined ? { ServerSideEncryption: "AES256" as const } : {};
  return alice.s3.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}`, ...encryption, ...more }));
}

const customerKey = Buffer.alloc(32, 7);
const sseC = {
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: customerKey.toString("base64"),
  SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
};

const ODD = ["ü/ñ/😀", "a b+c", "100%", "<&>\"'", "tab\there", "line\nbreak", "a//b", "?versionId=x#y"];

test("what is there is brought to what is declared, every version, and one alert tells of it", async () => {
  const bucket = await settledBucket(e2e, "objrest", false, { ObjectLockEnabledForBucket: true });
  await putEncryption(alice, bucket, { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "NONE" });
  const lock = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000) } as const;
  const plain = Array.from({ length: 60 }, (_, at) => `plain/${String(at).padStart(3, "0")}`);
  const old = await put(bucket, "plain/000", { Body: "older" });
  await Promise.all(plain.map((key) => put(bucket, key)));
  await Promise.all(ODD.map((key) => put(bucket, key)));
  await Promise.all([
    put(bucket, "empty", { Body: "" }),
    put(bucket, "gone"),
    put(bucket, "locked", lock),
    put(bucket, "customer", sseC),
    put(bucket, "tmp/left"),
    put(bucket, "right", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: true }),
  ]);
  await alice.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "gone" }));
  const before = await alice.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));

  await Promise.all([
    runs.send(backfillStart(runs.refOf(bucket), "dana", all)),
    runs.send(backfillStart(runs.refOf(bucket), "erin", all)),
  ]);
  const done = await runs.inState(bucket, "done");
  const versions = 1 + plain.length + ODD.length + 6;
  const changed = versions - 4;
  expect(done?.samples.map(({ key }) => key).toSorted()).toEqual(["customer", "locked"]);
  expect(done?.counts.outcomes).toEqual({ changed, held: 2, exempt: 1, "left alone": 1 });
  expect(done).toMatchObject({
    listed: versions,
    counts: { looked: versions, outcomes: { changed, held: 2, exempt: 1, "left alone": 1 }, movedBytes: 0 },
  });
  expect(done?.counts.reasons).toMatchObject({ "object-locked": 1, "object-sse-c": 1 });

  const [alert, ...others] = (await alerts.about(bucket)).filter((each) => each.backfill !== undefined);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    outcome: "held",
    backfill: { id: done?.id, state: "done", listed: versions, looked: versions },
    objects: { counts: { changed, held: 2 } },
  });
  for (const key of [...plain.slice(0, 2), ...ODD, "empty"]) {
    const head = await headOf(alice, bucket, key);
    expect(head, key).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn });
    expect(await bytesOf(alice, bucket, key)).toBe(key === "empty" ? "" : `of ${key}`);
  }
  const older = await headOf(alice, bucket, "plain/000", { VersionId: old.VersionId });
  expect(older.SSEKMSKeyId).toBe(sandbox.keyArn);
  const locked = await headOf(alice, bucket, "locked");
  expect(locked.ServerSideEncryption).toBe("AES256");
  const after = await alice.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  const idsOf = ({ Versions = [], DeleteMarkers = [] }: typeof after) =>
    [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`);
  expect(idsOf(after)).toEqual(idsOf(before));
});

test("what is not asked for is left, a backfill of nothing ends, and a bucket that cannot be listed is told", async () => {
  const bucket = await settledBucket(e2e, "objrest");
  await version(alice, bucket, "versioned");
  await Promise.all(["a/1", "a/2", "b/1"].map((key) => put(bucket, key)));
  const ref = runs.refOf(bucket);
  await runs.send(backfillStart(ref, "dana", { ...all, prefix: "a/" }));
  expect(await runs.inState(bucket, "done")).toMatchObject({ listed: 2, counts: { outcomes: { changed: 2 } } });
  expect((await headOf(alice, bucket, "b/1")).ServerSideEncryption).toBe("AES256");
  await runs.send(backfillStart(ref, "dana", { ...all, until: "2020-01-01T00:00:00.000Z" }));
  const none = await soon(
    () => runs.last(bucket),
    (last) => last?.state === "done" && last.selection.until !== null,
    60,
  );
  expect(none).toMatchObject({ listed: 0, batches: 0 });

  const missing = runs.refOf(`objrest-${"x".repeat(20)}`);
  await runs.send(backfillStart(missing, "dana", all));
  expect(await runs.inState(missing.bucket, "failed")).toMatchObject({ why: expect.stringContaining("NoSuchBucket") });
});
