import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetJobTaggingCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import { beforeAll, expect, test } from "vitest";
import { createJob, type NewJob } from "#aws/s3control/create-job";
import { describeJob } from "#aws/s3control/describe-job";
import { controlEndpoint } from "#aws/s3control/endpoint";
import { listJobs } from "#aws/s3control/list-jobs";
import { updateJob } from "#aws/s3control/update-job";
import { jobState } from "#core/jobs/job-state";
import { jobsFor } from "#core/jobs/jobs-for";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { jobRole } from "./batch-job.ts";

// Our own calls about jobs, against the local AWS or a real account.

const aws = conformance();
let client: S3ControlClient;
let roleArn: string;
let key: string;
let reportBucket: string;

beforeAll(async () => {
  client = aws.real
    ? aws.s3control
    : new S3ControlClient({
        region: aws.region,
        credentials: rootOf(aws.account),
        ...controlEndpoint(aws.endpoint ?? null),
      });
  [roleArn, key] = await Promise.all([jobRole(aws), aws.key()]);
  reportBucket = await aws.bucket("reports");
});

test("a bucket is counted, brought under the declared key, and then has nothing left to do", async () => {
  const bucket = await aws.bucket();
  for (const Key of ["a", "b"]) await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
  const ref = { partition: "aws", account: aws.account, region: aws.region, bucket };
  const selection = { prefix: "", versions: "current" as const, since: null, until: null };
  const wanted = { algorithm: "aws:kms" as const, key, bucketKey: true };
  const rule = { id: "all", objects: undefined };
  const found = jobsFor({ ref, rule, wanted, selection, wrongKeys: [], now: Date.now() });
  const jobs = found.kind === "filters" ? found.jobs : [];
  const job = (kind: string, after = ""): NewJob => ({
    ref,
    objects: jobs.find((each) => each.kind === kind)?.filter ?? { encryption: { kind: "SSES3" } },
    key,
    bucketKey: true,
    roleArn,
    reportBucket,
    description: `bucketseal test ${bucket} ${kind}`,
    tags: { "bucketseal:stage": "test", "bucketseal:bucket": bucket },
    after,
  });
  const settled = async (id: string | null) =>
    await eventually("the job to settle", async () => {
      const found = await describeJob(client, aws.account, id ?? "");
      if (!found.known || found.value === null) return undefined;
      const state = jobState(found.value);
      return ["preparing", "running"].includes(state.kind) ? undefined : state;
    });

  const [id, again] = await Promise.all([createJob(client, job("sse-s3")), createJob(client, job("sse-s3"))]);
  expect(again).toBe(id);
  expect(await settled(id)).toEqual({ kind: "counted", objects: 2 });
  const kinds = ["bucket-key", "kms", "declared-key", "dsse", "sse-c", "none"];
  const others = await Promise.all(kinds.map((kind) => createJob(client, job(kind))));
  for (const other of others) expect(await settled(other)).toEqual({ kind: "nothing" });

  const listed = await listJobs(client, aws.account);
  const mine = listed.known ? listed.value.filter(({ description }) => description.includes(bucket)) : [];
  expect(mine).toHaveLength(7);
  const tags = await client.send(new GetJobTaggingCommand({ AccountId: aws.account, JobId: id ?? "" }));
  expect(tags.Tags).toContainEqual({ Key: "bucketseal:bucket", Value: bucket });

  await updateJob(client, aws.account, id ?? "", "Ready");
  const counts = { objects: 2, updated: 2, failed: 0 };
  const done = async () => {
    const state = await settled(id);
    return state.kind === "counted" ? undefined : state;
  };
  expect(await eventually("the job to end", done)).toEqual({ kind: "complete", counts });
  expect(await aws.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "a" }))).toMatchObject({
    SSEKMSKeyId: key,
    BucketKeyEnabled: true,
  });
  expect(await settled(await createJob(client, job("sse-s3", id ?? "")))).toEqual({ kind: "nothing" });
  await expect(updateJob(client, aws.account, id ?? "", "Cancelled")).rejects.toThrow();
});

test("a job that is not there is no error, and no answer either where it may not be seen", async () => {
  const id = "00000000-0000-4000-8000-000000000000";
  expect(await describeJob(client, aws.account, id)).toEqual({ known: true, value: null });
  const foreign = await describeJob(client, "999999999999", id);
  expect(foreign).toMatchObject({ known: false, error: { name: "AccessDenied" } });
});
