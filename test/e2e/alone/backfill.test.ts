import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import { backfillMove, backfillStart } from "#core/backfill/messages";
import { runCli } from "../../cli/run-cli.ts";
import { allOfObjects, nameOf, versionsOf } from "../../support/e2e/all-of-objects.ts";
import { backfills } from "../../support/e2e/backfills.ts";
import { bucketOfExisting, tallyOf } from "../../support/e2e/existing-objects.ts";
import { liveWrites, p95 } from "../../support/e2e/live-writes.ts";
import { deeds, headOf, settledBucket } from "../../support/e2e/objects.ts";
import { stopWorkers } from "../../support/e2e/stop-workers.ts";
import { bucketseal, cliEnvironment, soon, story, succeeds } from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { soaked } from "../../support/soak.ts";

const e2e = story();
const { alice, sandbox } = e2e;
const all = { prefix: "", versions: "all", since: null, until: null } as const;

test("a backfill whose list fails for the moment is paused, resumed and ends; another one is cancelled", async () => {
  const { refOf, send, inState } = await backfills(e2e);
  const bucket = await settledBucket(e2e, "objrest");
  const ref = refOf(bucket);
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "a", ServerSideEncryption: "AES256" }));
  const failing = { kind: "error500", service: "s3", api: "ListObjectVersions", bucket } as const;
  await withFaults(sandbox.endpoint, [failing], async () => {
    await send(backfillStart(ref, "dana", all));
    await inState(bucket, "listing");
    await send(backfillMove(ref, "dana", "pause"));
    await inState(bucket, "paused");
  });
  await send(backfillMove(ref, "dana", "resume"));
  expect(await inState(bucket, "done")).toMatchObject({ listed: 1, batches: 1, counts: { outcomes: { changed: 1 } } });
  expect(await headOf(alice, bucket, "a")).toMatchObject({ SSEKMSKeyId: sandbox.keyArn });

  await withFaults(sandbox.endpoint, [failing], async () => {
    await send(backfillStart(ref, "dana", all));
    await inState(bucket, "listing");
    await send(backfillMove(ref, "dana", "cancel"));
    await inState(bucket, "cancelled");
  });
});

/** Objects of every kind, and live writes beside them. */
const MANY = soaked(5_000, 80);
const LIVE = soaked(60, 4);
/** As deployed, in seconds. */
const VISIBILITY = 720;

afterAll(() => comeBackAfter(VISIBILITY));

test(`${MANY} objects of every kind are planned and done although lister and worker are killed; bytes, tags, locks and versions stay`, {
  timeout: soaked(1_800_000, 180_000),
}, async ({ annotate }) => {
  const lister = (await findDeployments(e2e.root.ssm))[0]?.backfillFunction ?? "";
  const [[bucket, objects], live] = await Promise.all([bucketOfExisting(e2e, MANY), settledBucket(e2e, "objs3", true)]);
  const [before, versions] = await Promise.all([allOfObjects(e2e, bucket, objects), versionsOf(e2e, bucket)]);
  const fates = tallyOf(objects, "fate");
  const total = objects.length;

  const env = { ...cliEnvironment(sandbox, sandbox.credentials), BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on" };
  const planned = await runCli(["backfill", bucket, "--json"], { env });
  expect(planned.code).toBe(2);
  const plan = { listed: total, looked: total, states: tallyOf(objects, "state") };
  const todo = { update: fates.changed, held: fates.held };
  expect(JSON.parse(planned.stdout).buckets[0]).toMatchObject({ ...plan, todo });
  expect(await versionsOf(e2e, bucket)).toEqual(versions);
  const keys = (of: string) => Array.from({ length: LIVE }, (_, at) => `${of}/${at}`);
  const alone = p95(await liveWrites(e2e, live, keys("alone"), LIVE / soaked(20, 1)));

  // The lister hangs between a page and its messages; then a worker in the middle of its writes.
  await comeBackAfter(4);
  const hangs = { kind: "timeout", times: 1 } as const;
  const faults = [
    { ...hangs, api: "SendMessageBatch", function: lister },
    { ...hangs, api: "UpdateObjectEncryption", bucket, function: e2e.sandbox.functions.object, times: 3 },
  ];
  await withFaults(sandbox.endpoint, faults, async () => {
    const hit = (at: number) => soon(faultHits, (hits) => (hits[at] ?? 0) > 0, 60);
    const started = await succeeds(e2e, ["backfill", bucket, "--apply", "--yes", "--json"]);
    expect(JSON.parse(started.stdout).buckets[0]).toMatchObject({ bucket, by: expect.stringContaining("dana") });
    await hit(0);
    await stopWorkers(e2e, lister);
    await hit(1);
    await stopWorkers(e2e, e2e.sandbox.functions.object);
  });
  // What the worker had comes back after half an hour: who resumes does not wait for that.
  for (const move of ["pause", "resume"]) await bucketseal(e2e, ["backfill", move, bucket]);
  const [watched, beside] = await Promise.all([
    bucketseal(e2e, ["backfill", "status", bucket, "--watch", "--json"]),
    liveWrites(e2e, live, keys("beside"), LIVE / soaked(20, 1)),
  ]);

  expect(watched.code).toBe(2);
  const document = JSON.parse(watched.stdout);
  expect(document).toMatchObject({ state: "done", listed: total, looked: total, movedBytes: 0 });
  expect(document.outcomes).toEqual(fates);
  expect(document.how).toEqual({ update: fates.changed });
  const written = [...(await deeds(e2e, bucket, "UpdateObjectEncryption")).values()];
  expect(written.reduce((sum, times) => sum + times, 0)).toBe(fates.changed);
  const [after, versionsAfter] = await Promise.all([allOfObjects(e2e, bucket, objects), versionsOf(e2e, bucket)]);
  expect(versionsAfter).toEqual(versions);
  for (const { key, versionId, fate } of objects) {
    const name = nameOf(key, versionId);
    const [was, is] = [before.get(name), after.get(name)];
    expect(is?.rest, name).toBe(was?.rest);
    const isRight = fate === "changed" || fate === "left alone";
    expect(is?.encryption, name).toBe(isRight ? `aws:kms ${sandbox.keyArn} true` : was?.encryption);
  }
  await annotate(`live writes: p95 ${Math.round(alone)} ms alone, ${Math.round(p95(beside))} ms beside the backfill`);
  expect(p95(beside)).toBeLessThan(alone * 5 + 20_000);
});

/** How often each of the faults struck. */
async function faultHits(): Promise<readonly number[]> {
  const found = await (await fetch(`${sandbox.endpoint}/_bucketseal/faults`)).json();
  return (found as { readonly hits: number }[]).map(({ hits }) => hits);
}

/** Seconds after which the message of a lister that was killed is delivered again. */
async function comeBackAfter(seconds: number): Promise<void> {
  const QueueUrl = (await findDeployments(e2e.root.ssm))[0]?.backfillQueueUrl ?? "";
  const Attributes = { VisibilityTimeout: String(seconds) };
  await e2e.root.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}
