import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { PutObjectCommand, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { readJobEnd } from "#aws/backfill/job-ends";
import { findDeployments } from "#aws/ssm/deployment";
import { runCli } from "../cli/run-cli.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { headOf, settledBucket } from "../support/e2e/objects.ts";
import { cliEnvironment, soon, story } from "../support/e2e/story.ts";

/** Jobs of S3 Batch Operations, with the role and the bucket of reports of the deployed stage. */
const e2e = story();
const { alice, root, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

const put = (Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  alice.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ServerSideEncryption: "AES256", ...more }));

/** Has jobs do what there is to do, as a person does. */
async function apply(bucket: string) {
  const env = { ...cliEnvironment(sandbox, sandbox.credentials), BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on" };
  const run = await runCli(["backfill", bucket, "--batch", "--apply", "--yes", "--watch", "--json"], { env });
  return { code: run.code, stderr: run.stderr, shown: JSON.parse(run.stdout || "null")?.buckets?.[0] };
}

const toldOf = async (bucket: string, count: number) =>
  await soon(
    async () => (await alerts.about(bucket)).filter(({ job }) => job !== undefined),
    (told) => told.length >= count,
  );

test("a person's jobs bring objects to what is declared; one alert tells of what is held, and the ledger keeps it", async () => {
  const bucket = await settledBucket(e2e, "objjob", false, { ObjectLockEnabledForBucket: true });
  const names = ["a", "ü/b c", "100%", "d"];
  await Promise.all(names.map((name) => put(bucket, name)));
  await put(bucket, "locked", { ObjectLockLegalHoldStatus: "ON" });
  const { code, stderr, shown } = await apply(bucket);
  expect([stderr, code]).toEqual([expect.anything(), 2]);
  expect(shown).toMatchObject({
    bucket,
    failures: { locked: 1, samples: [{ key: "locked", code: "AccessDenied" }] },
  });
  const job = shown.jobs.find(({ kind }: { kind: string }) => kind === "sse-s3");
  for (const name of names) {
    expect(await headOf(alice, bucket, name)).toMatchObject({ SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: true });
  }
  const [alert, ...others] = await toldOf(bucket, 1);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    outcome: "held",
    job: { id: job.id, state: "complete", total: 5, updated: 4, failed: 1 },
    objects: { counts: { changed: 4, held: 1 }, samples: [{ key: "locked", outcome: "held" }] },
  });
  const { account, region } = sandbox;
  const ledger = { dynamodb: root.dynamodb, table: sandbox.ledgerTable };
  const kept = await soon(
    () => readJobEnd(ledger, { partition: "aws", account, region, bucket }, job.id),
    (end) => end !== null,
  );
  expect(kept).toMatchObject({ updated: 4, failed: 1, failures: { locked: 1 } });
});

test("a job whose role lacks a right updates nothing, and says so; with the right the same command goes on", async () => {
  const bucket = await settledBucket(e2e, "objjob");
  await Promise.all(["a", "b"].map((name) => put(bucket, name)));
  const [deployment] = await findDeployments(root.ssm);
  const name = { RoleName: deployment?.batchJobRoleArn?.split("/").at(-1) ?? "", PolicyName: "refused" };
  const Resource = `arn:aws:s3:::${bucket}/*`;
  const Statement = [{ Effect: "Deny", Action: "s3:UpdateObjectEncryption", Resource }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await root.iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument }));
  try {
    expect((await apply(bucket)).shown).toMatchObject({ failures: { codes: { AccessDenied: { count: 2 } } } });
    expect(await toldOf(bucket, 1)).toMatchObject([
      { outcome: "failed", job: { updated: 0, failed: 2, errors: { AccessDenied: { count: 2 } } } },
    ]);
    expect(await headOf(alice, bucket, "a")).toMatchObject({ ServerSideEncryption: "AES256" });
  } finally {
    await root.iam.send(new DeleteRolePolicyCommand(name));
  }
  expect((await apply(bucket)).code).toBe(0);
  const told = await toldOf(bucket, 2);
  expect(told.map(({ outcome }) => outcome).toSorted()).toEqual(["changed", "failed"]);
  expect(await headOf(alice, bucket, "a")).toMatchObject({ SSEKMSKeyId: sandbox.keyArn });
});
