import { randomUUID } from "node:crypto";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { readJobEnd } from "#aws/backfill/job-ends";
import { createJob } from "#aws/s3control/create-job";
import { describeJob } from "#aws/s3control/describe-job";
import { controlEndpoint } from "#aws/s3control/endpoint";
import { updateJob } from "#aws/s3control/update-job";
import { descriptionOf, type JobName, jobTags } from "#core/jobs/job-name";
import { isEnded, jobState } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { startMessage } from "#core/sweep/messages";
import { account, region } from "../../support/batch/hub.ts";
import { type RunDesk, runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { eventually } from "../../support/local-aws/eventually.ts";
import { localAws, rootOf } from "../../support/local-aws/local-aws.ts";

/** Ends of jobs that people start, told by the sweep function in this process on a local AWS. */
const aws = localAws();
let root: Clients;
let control: S3ControlClient;
let desk: RunDesk;
let roleArn: string;
let reportBucket: string;
let ref: BucketRef;

const RIGHTS = ["s3:GetObject", "s3:PutObject", "s3:UpdateObjectEncryption", "s3:PutInventoryConfiguration", "kms:*"];

beforeAll(async () => {
  root = aws.root();
  control = new S3ControlClient({ region, credentials: rootOf(account), ...controlEndpoint(aws.endpoint) });
  roleArn = await jobRole(RIGHTS);
});

beforeEach(async () => {
  const name = randomUUID().slice(0, 8);
  ref = { partition: "aws", account, region, bucket: `jobs-${name}` };
  reportBucket = `reports-${name}`;
  desk = await runDesk(root, null, { control, s3: root.s3, roleArn, reportBucket });
  await root.s3.send(new CreateBucketCommand({ Bucket: ref.bucket, ObjectLockEnabledForBucket: true }));
  await root.s3.send(new CreateBucketCommand({ Bucket: reportBucket }));
});

async function jobRole(Action: readonly string[]): Promise<string> {
  const RoleName = `job-${randomUUID().slice(0, 8)}`;
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const Principal = { Service: "batchoperations.s3.amazonaws.com" };
  const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
  const { Role } = await root.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Effect: "Allow", Action, Resource: "*" });
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  return Role?.Arn ?? "";
}

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  root.s3.send(new PutObjectCommand({ Bucket: ref.bucket, Key, Body: Key, ...more }));

/** A job for the objects under SSE-S3 that waits for a confirmation. */
async function waitingJob({ role = roleArn, ...more }: Partial<JobName> & { role?: string } = {}): Promise<string> {
  const name = { stage: "prod", bucket: ref.bucket, purpose: "apply", kind: "sse-s3", ...more } as const;
  const made = await createJob(control, {
    ...{ ref, reportBucket, key: desk.hub.keyArn, bucketKey: true, roleArn: role, description: descriptionOf(name) },
    objects: { encryption: { kind: "SSES3" } },
    tags: jobTags(name),
    after: randomUUID(),
  });
  await reached(made ?? "", ["Suspended", "Failed"]);
  return made ?? "";
}

async function reached(id: string, statuses: readonly string[]): Promise<void> {
  await eventually(`the job to be ${statuses.join(" or ")}`, async () => {
    const job = await describeJob(control, account, id);
    return job.known && statuses.includes(job.value?.status ?? "") ? true : undefined;
  });
}

async function endedJob(more: Parameters<typeof waitingJob>[0] = {}): Promise<string> {
  const id = await waitingJob(more);
  await updateJob(control, account, id, "Ready");
  await eventually("the job to end", async () => {
    const job = await describeJob(control, account, id);
    return job.known && job.value !== null && isEnded(jobState(job.value)) ? true : undefined;
  });
  return id;
}

/** The event of an end, as the rule brings it. */
function event(jobId: string, status = "Complete"): never {
  const details = { jobId, jobArn: `arn:aws:s3:${region}:${account}:job/${jobId}`, status };
  const record = { eventName: "JobStatusChanged", eventSource: "s3.amazonaws.com", recipientAccountId: account };
  return {
    "detail-type": "AWS Service Event via CloudTrail",
    ...{ source: "aws.s3", account, region },
    detail: { ...record, awsRegion: region, serviceEventDetails: details },
  } as never;
}

const jobAlerts = async () => (await desk.hub.alerts()).filter(({ job }) => job !== undefined);

test("a job that ended is told once, its failed objects by error and by name, and remembered with what is held", async () => {
  for (const key of ["a", "b c"]) await put(key);
  await put("locked", { ObjectLockLegalHoldStatus: "ON" });
  const id = await endedJob();
  expect(await desk.tell(event(id))).toBe(0);
  expect(await desk.tell(event(id))).toBe(0);
  const [alert, ...others] = await jobAlerts();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    bucket: ref.bucket,
    outcome: "held",
    job: { id, kind: "sse-s3", state: "complete", total: 3, updated: 2, failed: 1 },
    objects: {
      counts: { changed: 2, held: 1 },
      reasons: { "object-locked": 1 },
      samples: [{ key: "locked", outcome: "held", reason: expect.stringContaining("Object Lock") }],
    },
  });
  expect(alert?.job?.errors).toEqual({ AccessDenied: { count: 1, text: expect.stringContaining("Object Lock") } });
  expect(await readJobEnd(desk.sweep.ledger, ref, id)).toMatchObject({
    ...{ state: "complete", updated: 2, failed: 1, failures: { locked: 1, samples: [{ key: "locked" }] } },
  });
});

test("one whose role lacks a right is told as failures, with what S3 said", async () => {
  await put("a");
  const id = await endedJob({ role: await jobRole(RIGHTS.filter((right) => right !== "s3:UpdateObjectEncryption")) });
  // It is another role's, and so not of this stage.
  expect(await desk.tell(event(id))).toBe(0);
  expect(await jobAlerts()).toEqual([]);
  const job = await describeJob(control, account, id);
  const own = job.known ? (job.value?.update?.roleArn ?? "") : "";
  desk = await runDesk(root, null, { control, s3: root.s3, roleArn: own, reportBucket });
  expect(await desk.tell(event(id))).toBe(0);
  expect(await jobAlerts()).toMatchObject([
    {
      outcome: "failed",
      job: { updated: 0, failed: 1, errors: { AccessDenied: { count: 1 } } },
      next: [expect.stringContaining("lacks a right"), expect.stringContaining(`${ref.bucket} --batch --apply`)],
    },
  ]);
});

test("nothing is told of a plan, of a job that was cancelled before it began, and of one that found no object", async () => {
  const none = await waitingJob();
  await put("a");
  const cancelled = await waitingJob();
  await updateJob(control, account, cancelled, "Cancelled");
  await reached(cancelled, ["Cancelled"]);
  const plan = await endedJob({ purpose: "plan" });
  await put("b");
  const elsewhere = await endedJob({ bucket: "other" });
  for (const id of [none, plan, cancelled, elsewhere]) expect(await desk.tell(event(id, "Failed"))).toBe(0);
  expect(await jobAlerts()).toEqual([]);
});

test("S3 decides, not the event: a job that is shown as going on is asked about again, and so is one that is not shown", async () => {
  await put("a");
  const id = await waitingJob();
  expect(await desk.tell(event(id))).toBe(1);
  expect(await desk.tell(event(randomUUID()))).toBe(1);
  expect(await desk.tell(event(id, "Active"))).toBe(0);
  await updateJob(control, account, id, "Cancelled");
  expect(await jobAlerts()).toEqual([]);
});

test("a report that cannot be read is waited for, and then told as unknown", async () => {
  await put("locked", { ObjectLockLegalHoldStatus: "ON" });
  const id = await endedJob();
  const { Contents = [] } = await root.s3.send(new ListObjectsV2Command({ Bucket: reportBucket }));
  for (const { Key } of Contents) await root.s3.send(new DeleteObjectCommand({ Bucket: reportBucket, Key }));
  expect(await desk.tell(event(id))).toBe(1);
  expect(await jobAlerts()).toEqual([]);
  expect(await desk.tell(event(id), randomUUID(), 0, 4)).toBe(0);
  expect(await jobAlerts()).toMatchObject([{ outcome: "failed", job: { failed: 1, errors: null } }]);
  expect(await readJobEnd(desk.sweep.ledger, ref, id)).toMatchObject({ failed: 1, failures: null });
});

test("a refused read of the job is no answer, and nothing is told by it", async () => {
  await put("a");
  const id = await endedJob();
  const { s3control } = await aws.user([{ Effect: "Allow", Action: "s3:DescribeJob", Resource: "*" }]);
  const jobs = { control: s3control, s3: root.s3, roleArn, reportBucket };
  const unable = await runDesk(root, null, jobs);
  expect(await unable.tell(event(id))).toBe(1);
  expect(await unable.hub.alerts()).toEqual([]);
  expect(await desk.tell(event(id))).toBe(0);
  expect(await jobAlerts()).toMatchObject([{ outcome: "changed", job: { updated: 1, failed: 0, errors: {} } }]);
});

test("a job whose event was lost is found by the next sweep, and told once", async () => {
  // Jobs of the other tests are another stage's.
  const role = await jobRole(RIGHTS);
  desk = await runDesk(root, null, { control, s3: root.s3, roleArn: role, reportBucket });
  for (const key of ["a", "b"]) await put(key);
  const id = await endedJob({ role });
  const nothing = await waitingJob({ role });
  for (let sweeps = 0; sweeps < 2; sweeps++) {
    await desk.tell(startMessage("dana"));
    await desk.drain();
    desk.own.splice(0);
  }
  expect(await jobAlerts()).toMatchObject([{ bucket: ref.bucket, job: { id, updated: 2, failed: 0 } }]);
  expect(await desk.tell(event(id))).toBe(0);
  expect(await jobAlerts()).toEqual([]);
  expect(await readJobEnd(desk.sweep.ledger, ref, nothing)).toBeNull();
});

test("jobs that may not be listed are no reason for a sweep to fail", async () => {
  const { s3control } = await aws.user([]);
  desk = await runDesk(root, null, { control: s3control, s3: root.s3, roleArn, reportBucket });
  expect(await desk.tell({ schema: "bucketseal.missed-jobs/1" })).toBe(0);
  expect(desk.own).toEqual([]);
});

test("a deployment without a role for jobs tells of none", async () => {
  await put("a");
  const id = await endedJob();
  desk = await runDesk(root);
  expect(await desk.tell(event(id))).toBe(0);
  expect(await desk.tell({ schema: "bucketseal.missed-jobs/1" })).toBe(0);
  expect(await jobAlerts()).toEqual([]);
});
