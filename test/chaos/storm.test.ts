import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bucketHistory } from "#aws/history/bucket-history";
import type { HistoryEntry } from "#core/ledger/history";
import { bodiesIn, callsThat, messagesIn, writesOfFunctions } from "../support/chaos/evidence.ts";
import { outages } from "../support/chaos/outages.ts";
import { changeBucket, overwriteObject, type StormyBucket, type StormyObject } from "../support/chaos/people.ts";
import { twofold, wronglyTold } from "../support/chaos/told.ts";
import { weather } from "../support/chaos/weather.ts";
import { listen } from "../support/e2e/alerts.ts";
import { begunObjects, comeBackAfter, limitTime } from "../support/e2e/object-function.ts";
import { bytesOf, headOf, settledBucket, version } from "../support/e2e/objects.ts";
import { redeliver } from "../support/e2e/redrive.ts";
import {
  bucketseal,
  declared,
  encryptionOf,
  sealedBucket,
  soon,
  stateOf,
  story,
  succeeds,
} from "../support/e2e/story.ts";
import { withFaults } from "../support/local-aws/faults.ts";
import { numbers } from "../support/numbers.ts";
import { isSoak, soaked } from "../support/soak.ts";

/**
 * A storm: people change buckets and objects all at once while a fifth of the functions' calls
 * fails, events come twice and late, workers are stopped in the middle, and writes are paused for a
 * while. In the soak, where it has a sandbox of its own, events are lost, too, services are away,
 * nobody can read some messages, and the policy is pushed and rolled back; a sweep finds what was
 * lost. What must hold in the end is read from S3 and the queues; the log of calls says what was
 * written when, and what Bucketseal says, in its ledger and its alerts, is held against both.
 */
const e2e = story();
const { alice, root, sandbox } = e2e;
const { functions, queues } = sandbox;
const LOOKING = [functions.bucket, functions.object];
const SEED = Number(process.env.BUCKETSEAL_CHAOS_SEED ?? 9);
/** In the soak about 400 changes of buckets and 600 writes of objects. */
const BUCKETS = soaked(40, 10);
/** Buckets that are made at once: each is looked at before the next ones are. */
const AT_ONCE = 25;
/** Of each of two buckets. */
const KEYS = soaked(100, 12);
/** How long the storm blows before writes are paused. */
const STORM_MS = soaked(15_000, 3_000);
/** Messages among the others that nobody can read. */
const POISON = 3;
const PATIENCE_MS = soaked(420_000, 120_000);
/** A function looks at the switch and finishes what it began within this time. */
const PAUSED_AFTER_MS = 10_000;
/**
 * The age at which a look is repeated before it leads to a write, and the time that a busy machine
 * takes.
 */
const LOOK_MS = 3_000;
/** What is only reported while writes are paused stays as it is: people go on until after this. */
const RESUMED_AFTER_MS = 6_000;

beforeAll(() => comeBackAfter(e2e, 15));
afterAll(async () => {
  await comeBackAfter(e2e);
  await succeeds(e2e, ["resume"]);
});

test("after a storm every bucket and object is as declared, nothing was weakened or lost, and a pause held", {
  timeout: soaked(4, 2) * PATIENCE_MS,
}, async ({ annotate }) => {
  const foreignKey = (await root.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  const [plain, versioned] = await Promise.all([settledBucket(e2e, "objdata"), settledBucket(e2e, "objdata")]);
  const buckets: string[] = [];
  while (buckets.length < BUCKETS) {
    const some = Array.from({ length: Math.min(AT_ONCE, BUCKETS - buckets.length) }, () =>
      sealedBucket(e2e, "e2e-storm"),
    );
    buckets.push(...(await Promise.all(some)));
  }
  await version(alice, versioned, "versioned");
  const all = new Set([plain, versioned, ...buckets]);
  const alerts = isSoak ? await listen(e2e) : null;
  const lettersBefore = await letters();
  const began = Date.now();
  const beginning = `{ "poison of the storm of ${began}": `;
  const bodies = Array.from({ length: POISON }, (_, at) => `${beginning}${at}`);
  let isCalm = false;
  const calm = () => isCalm;

  const { changed, written, paused } = await withFaults(sandbox.endpoint, weather(LOOKING, SEED, isSoak), async () => {
    const random = (at: number) => numbers(SEED * 10_000 + at);
    const [changed, written, paused] = await Promise.all([
      Promise.all(buckets.map((bucket, at) => changeBucket(e2e, bucket, foreignKey, calm, random(at)))),
      Promise.all(
        [plain, versioned].flatMap((bucket, of) =>
          Array.from({ length: KEYS }, (_, at) =>
            overwriteObject(e2e, bucket, `key/${at}`, foreignKey, 3, calm, random(1_000 * (of + 1) + at)),
          ),
        ),
      ),
      Promise.all([pauseMeanwhile(), ...(isSoak ? [outages(sandbox.endpoint, LOOKING, SEED)] : [])])
        .then(([paused]) => paused)
        .finally(() => {
          isCalm = true;
        }),
      stopWorkers(),
      ...(isSoak ? [pushAndRollBack(), redeliver(e2e, bodies)] : []),
    ]);
    return { changed, written, paused };
  });
  const calmAt = Date.now();
  // Only a sweep finds what no event told.
  if (isSoak) await bucketseal(e2e, ["sweep", "--json"]);
  if (isSoak) await soon(waitingMessages, (count) => count === 0, PATIENCE_MS / 1000);
  const right = () => wrongOnes(changed, written);
  await soon(right, (wrong) => wrong.length === 0, PATIENCE_MS / 1000);
  const drained = Date.now() - calmAt;
  // Late messages of the storm change nothing any more.
  await sleep(3_000);
  expect(await right()).toEqual([]);
  const writes = await writesOfFunctions(e2e, all, began);
  expect(new Set(writes.map(({ api }) => api))).toEqual(new Set(["PutBucketEncryption", "UpdateObjectEncryption"]));
  const late = writes.filter(({ time }) => Date.parse(time) > paused.from && Date.parse(time) < paused.to);
  expect(late).toEqual([]);
  const poison = isSoak ? await bodiesIn(e2e, queues.deadLetters, beginning) : [];
  expect(await letters()).toBe(lettersBefore + poison.length);
  if (isSoak) {
    // A call whose response was lost may have put it there twice.
    expect(new Set(poison).size).toBe(POISON);
    expect(await wronglySaid(buckets, began)).toEqual([]);
    expect(twofold(((await alerts?.all()) ?? []).filter(({ bucket }) => all.has(bucket ?? "")))).toEqual([]);
    // A write whose end was not recorded is finished by a redelivery, or told at its window's end.
    const begun = async () => (await Promise.all([plain, versioned].map((each) => begunObjects(e2e, each)))).flat();
    await soon(begun, (left) => left.length === 0, PATIENCE_MS / 1000);
  }
  const faulted = await callsThat(e2e, ({ faulted: fault, time }) => fault !== undefined && Date.parse(time) >= began);
  expect(faulted.length).toBeGreaterThan(soaked(1_000, 50));
  await annotate(
    `seed ${SEED}: ${faulted.length} faults, ${writes.length} writes, none later than ${PAUSED_AFTER_MS / 1000} s ` +
      `after the pause; as declared ${Math.round(drained / 1000)} s after the storm`,
  );
});

/** The encryption of a bucket that somebody made stronger than declared. */
const strongest = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: sandbox.keyArn },
  BucketKeyEnabled: false,
  BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
};

/** What is not as it must be in the end, as S3 and the ledger's open ends show it. */
async function wrongOnes(
  changed: readonly StormyBucket[],
  written: readonly StormyObject[],
): Promise<readonly object[]> {
  const buckets = changed.map(async ({ bucket, last }) => {
    const is = await encryptionOf(alice, bucket);
    const state = await stateOf(e2e, bucket);
    // The rule holds what is stronger; what people made weaker is as declared again.
    const isCrossed = last === "DSSE" && (await crossed(bucket));
    const expected = last === "DSSE" && !isCrossed ? strongest : declared(sandbox.keyArn);
    const isTold = state?.intent === null && state.outbox === null;
    // The ledger knows what the bucket shows.
    const observed = state?.observed?.algorithm;
    const isKnown =
      observed === is.ApplyServerSideEncryptionByDefault?.SSEAlgorithm &&
      state?.observed?.bucketKey === is.BucketKeyEnabled;
    const isRight = isDeepStrictEqual(is, expected) && isTold && (isKnown || !isSoak);
    return isRight ? [] : [{ bucket, last, is, observed, intent: state?.intent, outbox: state?.outbox }];
  });
  const objects = written.map(async ({ bucket, key, body }) => {
    if (body === null) return [];
    const { ServerSideEncryption: algorithm, SSEKMSKeyId: under } = await headOf(alice, bucket, key);
    const is = { algorithm, under, body: await bytesOf(alice, bucket, key) };
    const isRight = isDeepStrictEqual(is, { algorithm: "aws:kms", under: sandbox.keyArn, body });
    return isRight ? [] : [{ bucket, key, ...is }];
  });
  return (await Promise.all([...buckets, ...objects])).flat();
}

/**
 * Whether the last change of a person may have fallen between a look and its write. S3 has no
 * condition on that call, so it is overwritten, whoever writes; but no look may be older than that.
 */
async function crossed(bucket: string): Promise<boolean> {
  const puts = await callsThat(
    e2e,
    (call) => call.bucket === bucket && call.api === "PutBucketEncryption" && call.status < 300,
  );
  const theirs = puts.findLast(({ function: by }) => by === null);
  const ours = puts.findLast(({ function: by }) => by !== null);
  const after = Date.parse(ours?.time ?? "") - Date.parse(theirs?.time ?? "");
  return after >= 0 && after < LOOK_MS;
}

/** Pauses writes in the middle of the storm; returns the time in which none may land. */
async function pauseMeanwhile(): Promise<{ readonly from: number; readonly to: number }> {
  await sleep(STORM_MS);
  await succeeds(e2e, ["pause", "--reason", "storm"]);
  const from = Date.now() + PAUSED_AFTER_MS;
  await sleep(PAUSED_AFTER_MS + soaked(15_000, 2_000));
  const to = Date.now();
  await succeeds(e2e, ["resume"]);
  await sleep(RESUMED_AFTER_MS);
  return { from, to };
}

/**
 * Ends every execution environment of the object function in the middle of its work; what it had
 * received is redelivered.
 */
async function stopWorkers(): Promise<void> {
  await sleep(STORM_MS / 2);
  await limitTime(e2e);
}

/** Puts a policy in force that declares the same of every bucket, and takes it back. */
async function pushAndRollBack(): Promise<void> {
  const shown = await succeeds(e2e, ["policy", "show", "--json"]);
  const { version, source } = JSON.parse(shown.stdout) as { version: number; source: string };
  const file = join(await mkdtemp(join(tmpdir(), "bucketseal-storm-")), "policy.yaml");
  await writeFile(file, source.replace(/^settle: 5s$/m, "settle: 6s"));
  await sleep(STORM_MS / 4);
  await succeeds(e2e, ["push", file, "--yes"]);
  await sleep(STORM_MS / 4);
  await succeeds(e2e, ["policy", "rollback", String(version), "--yes"]);
}

/** What the histories of buckets tell wrongly, held against the calls. */
async function wronglySaid(buckets: readonly string[], since: number): Promise<readonly string[]> {
  const calls = await callsThat(e2e, ({ time }) => Date.parse(time) >= since);
  const told = buckets.map(async (bucket) => wronglyTold(bucket, calls, await historyOf(bucket, since)));
  return (await Promise.all(told)).flat();
}

/** What the ledger says of a bucket since a time, newest first. */
async function historyOf(bucket: string, since: number): Promise<readonly HistoryEntry[]> {
  const { account, region, ledgerTable: table } = sandbox;
  const entries: HistoryEntry[] = [];
  const ref = { partition: "aws", account, region, bucket };
  for await (const entry of bucketHistory({ dynamodb: root.dynamodb, table }, ref, new Date(since).toISOString()))
    entries.push(entry);
  return entries;
}

/** Messages that either function has not done, but for looks that are to be made later. */
async function waitingMessages(): Promise<number> {
  const counts = await Promise.all([queues.events, queues.objects].map((queue) => messagesIn(e2e, queue, false)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Messages that were given up, by either function or on the way to it. */
async function letters(): Promise<number> {
  const counts = await Promise.all(
    [queues.deadLetters, queues.undelivered, queues.objectDeadLetters, queues.objectUndelivered].map((queue) =>
      messagesIn(e2e, queue),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
