import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { role } from "../support/local-aws/role.ts";
import { createJob, endedJob, type JobOrder, jobRequest, jobRole, settledJob } from "./batch-job.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html

const aws = conformance();
const SSES3 = { MatchAnyObjectEncryption: [{ SSES3: {} }] };
let order: JobOrder;

beforeAll(async () => {
  const [bucket, key, trusted] = await Promise.all([aws.bucket(), aws.key(), jobRole(aws)]);
  order = { bucket, key, role: trusted, filter: SSES3, rest: { ConfirmationRequired: true } };
  await Promise.all(
    ["a", "b", "c"].map((Key) => aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))),
  );
});
const id = (JobId: string) => ({ AccountId: aws.account, JobId });
const update = (JobId: string, RequestedJobStatus: "Ready" | "Cancelled") =>
  aws.s3control.send(new UpdateJobStatusCommand({ ...id(JobId), RequestedJobStatus, StatusUpdateReason: "a test" }));

describe("a job that needs a confirmation", () => {
  test("waits with the number of its objects and changes none; cancelled, it never does", async () => {
    const job = await createJob(aws, order);
    expect(await settledJob(aws, job)).toMatchObject({
      Status: "Suspended",
      SuspendedCause: "AWAITING_CONFIRMATION",
      ProgressSummary: { TotalNumberOfTasks: 3, NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 0 },
    });
    expect(await update(job, "Cancelled")).toMatchObject({ JobId: job });
    expect(await settledJob(aws, job)).toMatchObject({ Status: "Cancelled", StatusUpdateReason: "a test" });
    const refused = { name: "JobStatusException" };
    await expect(update(job, "Ready")).rejects.toMatchObject(refused);
    await expect(update(job, "Cancelled")).rejects.toMatchObject(refused);
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: order.bucket, Key: "a" }));
    expect(head.ServerSideEncryption).toBe("AES256");
  });

  test("confirmed, it runs; then its filter finds nothing, which fails a job", async () => {
    const bucket = await aws.bucket();
    await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "ü/a b+c", Body: "x" }));
    const job = await createJob(aws, { ...order, bucket });
    expect((await settledJob(aws, job)).ProgressSummary?.TotalNumberOfTasks).toBe(1);
    await update(job, "Ready");
    expect((await endedJob(aws, job)).Status).toBe("Complete");
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "ü/a b+c" }));
    expect(head.SSEKMSKeyId).toBe(order.key);
    const again = await settledJob(aws, await createJob(aws, { ...order, bucket }));
    expect(again).toMatchObject({
      Status: "Failed",
      ProgressSummary: { TotalNumberOfTasks: 0 },
      FailureReasons: [{ FailureReason: "Manifest generation found no keys matching the filter criteria." }],
    });
  });
});

describe("CreateJob", () => {
  test("makes one job of one token, and refuses another request with it", async () => {
    const request = jobRequest(aws, order);
    const { JobId } = await aws.s3control.send(new CreateJobCommand(request));
    expect((await aws.s3control.send(new CreateJobCommand(request))).JobId).toBe(JobId);
    const other = new CreateJobCommand({ ...request, Priority: 2 });
    await expect(aws.s3control.send(other)).rejects.toMatchObject({ name: "IdempotencyException" });
    await settledJob(aws, JobId ?? "");
    await update(JobId ?? "", "Cancelled");
  });

  test.each<[string, JobOrder["filter"] & object]>([
    ["two object encryptions", { MatchAnyObjectEncryption: [{ SSES3: {} }, { NOTSSE: {} }] }],
    ["no object encryption", { MatchAnyObjectEncryption: [] }],
  ])("refuses a filter with %s", async (_, filter) => {
    await expect(createJob(aws, { ...order, filter })).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test("needs a list of objects: a manifest or a generator, and not both", async () => {
    const { ManifestGenerator: _, ...none } = jobRequest(aws, order);
    const call = aws.s3control.send(new CreateJobCommand(none));
    await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test("of a role that S3 Batch Operations may not assume is a job that fails", async () => {
    const untrusted = await role(aws, [], "lambda.amazonaws.com");
    expect((await settledJob(aws, await createJob(aws, { ...order, role: untrusted }))).Status).toBe("Failed");
  });
});

describe("a job", () => {
  test("is found by its tags, which can be replaced and removed", async () => {
    const JobId = await createJob(aws, { ...order, rest: { ...order.rest, Tags: [{ Key: "run", Value: "1" }] } });
    const tags = async () => (await aws.s3control.send(new GetJobTaggingCommand(id(JobId)))).Tags;
    expect(await tags()).toEqual([{ Key: "run", Value: "1" }]);
    await aws.s3control.send(new PutJobTaggingCommand({ ...id(JobId), Tags: [{ Key: "run", Value: "2" }] }));
    expect(await tags()).toEqual([{ Key: "run", Value: "2" }]);
    await aws.s3control.send(new DeleteJobTaggingCommand(id(JobId)));
    expect((await tags()) ?? []).toEqual([]);
    await aws.s3control.send(new UpdateJobPriorityCommand({ ...id(JobId), Priority: 7 }));
    expect(await settledJob(aws, JobId)).toMatchObject({ Priority: 7, Status: "Suspended" });
    await update(JobId, "Cancelled");
  });

  test("that does not exist is a 404", async () => {
    const call = aws.s3control.send(new DescribeJobCommand(id("00000000-0000-4000-8000-000000000000")));
    await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test("is listed by its status, page by page", async () => {
    const made = [await createJob(aws, order), await createJob(aws, order), await createJob(aws, order)];
    for (const job of made) await settledJob(aws, job);
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const asked = { AccountId: aws.account, JobStatuses: ["Suspended" as const], MaxResults: 2 };
      const page = await aws.s3control.send(new ListJobsCommand({ ...asked, ...(NextToken ? { NextToken } : {}) }));
      expect(page.Jobs?.length).toBeLessThanOrEqual(2);
      found.push(...(page.Jobs ?? []).map((job) => job.JobId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(found).toEqual(expect.arrayContaining(made));
    for (const job of made) await update(job, "Cancelled");
  });
});
