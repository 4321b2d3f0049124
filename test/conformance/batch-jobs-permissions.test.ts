import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  ListJobsCommand,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { createJob, endedJob, type JobOrder, jobRequest, jobRole, settledJob } from "./batch-job.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html

const aws = conformance();
let order: JobOrder;

beforeAll(async () => {
  const [bucket, key, trusted] = await Promise.all([aws.bucket(), aws.key(), jobRole(aws)]);
  await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "x" }));
  order = { bucket, key, role: trusted, rest: { ConfirmationRequired: true } };
});

const allow = (Action: string | string[], Resource = "*", Condition: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
});
const PASS = () =>
  allow("iam:PassRole", order.role, { StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" } });
const refused = { name: "AccessDenied" };

describe("CreateJob", () => {
  test.each<[string, boolean, () => object[]]>([
    ["for this operation, and the role may be passed", true, () => [may("S3UpdateObjectEncryption"), PASS()]],
    ["for another operation", false, () => [may("S3PutObjectCopy"), PASS()]],
    ["on the jobs' ARNs only: the action has no resource", false, () => [allow("s3:CreateJob", JOBS), PASS()]],
    ["but the role may not be passed", false, () => [may("S3UpdateObjectEncryption")]],
    [
      "but the role may be passed to another service only",
      false,
      () => [
        may("S3UpdateObjectEncryption"),
        allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } }),
      ],
    ],
    [
      "with another priority",
      false,
      () => [allow("s3:CreateJob", "*", { NumericGreaterThan: { "s3:RequestJobPriority": "5" } }), PASS()],
    ],
  ])("is allowed %s: %s", async (_, allowed, statements) => {
    const { s3control } = await aws.otherUser(statements());
    const call = s3control.send(new CreateJobCommand(jobRequest(aws, { ...order })));
    if (allowed) expect((await call).JobId).toBeDefined();
    else await expect(call).rejects.toMatchObject(refused);
  });

  test("with tags needs s3:PutJobTagging too", async () => {
    const tagged = { ...order, rest: { ...order.rest, Tags: [{ Key: "a", Value: "b" }] } };
    const without = await aws.otherUser([allow("s3:CreateJob"), PASS()]);
    await expect(createJob(aws, tagged, without)).rejects.toMatchObject(refused);
    const holder = await aws.otherUser([allow(["s3:CreateJob", "s3:PutJobTagging"]), PASS()]);
    await createJob(aws, tagged, holder);
  });

  test("needs a role of the caller's account", async () => {
    const foreign = order.role.replace(aws.account, "111122223333");
    await expect(createJob(aws, { ...order, role: foreign })).rejects.toMatchObject(refused);
  });
});

test("the documented rights of a job's role suffice", async () => {
  const [bucket, reports] = [await aws.bucket(), await aws.bucket()];
  await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "x" }));
  const own = { StringEquals: { "aws:ResourceAccount": aws.account } };
  const keys = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
  const role = await jobRole(aws, [
    allow(["s3:GetObject", "s3:GetObjectVersion", "s3:UpdateObjectEncryption"], "arn:aws:s3:::*/*", own),
    allow("s3:PutInventoryConfiguration", "arn:aws:s3:::*", own),
    allow(keys, order.key, { StringEquals: { "kms:ViaService": `s3.${aws.region}.amazonaws.com` } }),
    allow("s3:PutObject", `arn:aws:s3:::${reports}/*`),
  ]);
  const Report = { Enabled: true, Bucket: `arn:aws:s3:::${reports}`, Format, ReportScope: "AllTasks" as const };
  const job = await endedJob(aws, await createJob(aws, { bucket, key: order.key, role, rest: { Report } }));
  expect(job).toMatchObject({ Status: "Complete", ProgressSummary: { NumberOfTasksSucceeded: 1 } });
  expect(job.FailureReasons ?? []).toEqual([]);
});

test("a job is changed by who may, as its operation and its wait for a confirmation say", async () => {
  const JobId = await createJob(aws, order);
  expect((await settledJob(aws, JobId)).Status).toBe("Suspended");
  const named = { AccountId: aws.account, JobId };
  const other = await aws.otherUser([
    allow("s3:UpdateJobPriority", JOBS, { StringEquals: { "s3:ExistingJobOperation": "LambdaInvoke" } }),
    allow("s3:UpdateJobStatus", JOBS, { StringEquals: { "s3:JobSuspendedCause": "AWAITING_CONFIRMATION" } }),
  ]);
  const cancel = () => other.s3control.send(new UpdateJobStatusCommand({ ...named, RequestedJobStatus: "Cancelled" }));
  const priority = new UpdateJobPriorityCommand({ ...named, Priority: 2 });
  await expect(other.s3control.send(priority)).rejects.toMatchObject(refused);
  await cancel();
  await expect(cancel()).rejects.toMatchObject(refused);
  await expect(other.s3control.send(new ListJobsCommand({ AccountId: aws.account }))).rejects.toMatchObject(refused);
});

// --- internal ---

const Format = "Report_CSV_20180820" as const;
const JOBS = "arn:aws:s3:*:*:job/*";

function may(operation: string): object {
  return allow("s3:CreateJob", "*", { StringEquals: { "s3:RequestJobOperation": operation } });
}
