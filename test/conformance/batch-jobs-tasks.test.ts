import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateFunctionCommand, DeleteFunctionCommand, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  DescribeJobCommand,
  type JobManifestFieldName,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { role } from "../support/local-aws/role.ts";
import { zip } from "../support/local-aws/zip.ts";
import { createJob, endedJob, type JobOrder, jobRole, settledJob } from "./batch-job.ts";

// Documentation, not evidence: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-update-encryption.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html

const aws = conformance();
const FIELDS = ["Bucket", "Key", "VersionId"] satisfies JobManifestFieldName[];
const SSES3 = { MatchAnyObjectEncryption: [{ SSES3: {} }] };
let order: JobOrder;
let reports: string;

beforeAll(async () => {
  const [key, trusted] = await Promise.all([aws.key(), jobRole(aws)]);
  reports = await aws.bucket("reports");
  order = { bucket: "", key, role: trusted, filter: SSES3 };
});

async function filled(...keys: string[]): Promise<string> {
  const Bucket = await aws.bucket();
  await Promise.all(keys.map((Key) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
  return Bucket;
}
const reported = (ReportScope: "AllTasks" | "FailedTasksOnly") => ({
  Report: {
    Enabled: true,
    Bucket: `arn:aws:s3:::${reports}`,
    Prefix: "r",
    Format: "Report_CSV_20180820" as const,
    ReportScope,
  },
});
const read = async (Key: string) =>
  (await (await aws.s3.send(new GetObjectCommand({ Bucket: reports, Key }))).Body?.transformToString()) ?? "";

/** The rows of a job's report by status. */
async function rows(job: string): Promise<Record<string, string[]>> {
  const top = JSON.parse(await read(`r/job-${job}/manifest.json`)) as {
    Results: { TaskExecutionStatus: string; Key: string }[];
  };
  const found = top.Results.map(async ({ TaskExecutionStatus: status, Key }) => {
    return [status, (await read(Key)).trim().split("\n").sort()] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

describe("a task", () => {
  test("is a call as the job's role: what that may not do fails, and the report says why", async () => {
    const bucket = await filled("a b", "c");
    const Action = ["s3:PutInventoryConfiguration", "s3:PutObject", "kms:*"];
    const weak = await jobRole(aws, [{ Effect: "Allow", Action, Resource: "*" }]);
    const job = await createJob(aws, { ...order, bucket, role: weak, rest: reported("FailedTasksOnly") });
    expect(await endedJob(aws, job)).toMatchObject({
      Status: "Complete",
      ProgressSummary: { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 2 },
    });
    const { failed, succeeded } = await rows(job);
    expect(succeeded).toBeUndefined();
    expect(failed).toHaveLength(2);
    expect(failed?.[0]).toMatch(new RegExp(`^${bucket},a%20b,,failed,403,AccessDenied,.*s3:UpdateObjectEncryption`));
  });

  test("that succeeds is in a report of all tasks; a report that cannot be written does not undo it", async () => {
    const bucket = await filled("x");
    const job = await createJob(aws, { ...order, bucket, rest: reported("AllTasks") });
    expect((await endedJob(aws, job)).Status).toBe("Complete");
    expect(await rows(job)).toEqual({ succeeded: [expect.stringContaining(`${bucket},x,,succeeded,200,`)] });
    const other = await filled("x");
    const Action = ["s3:PutInventoryConfiguration", "s3:UpdateObjectEncryption", "kms:*"];
    const mute = await jobRole(aws, [{ Effect: "Allow", Action, Resource: "*" }]);
    const ended = await endedJob(
      aws,
      await createJob(aws, { ...order, bucket: other, role: mute, rest: reported("AllTasks") }),
    );
    expect(ended).toMatchObject({ ProgressSummary: { NumberOfTasksSucceeded: 1 } });
    expect(ended.FailureReasons?.[0]?.FailureReason).toContain("could not be written");
  });
});

describe("a job that invokes a function", () => {
  test("does a task again that failed for a while, and reports what failed for good", async () => {
    const bucket = await filled("ok ü", "later", "never", "error", "missing");
    const FunctionName = `${aws.prefix}-each`;
    const code = `let met = false;
      export async function handler({ invocationId, invocationSchemaVersion, tasks: [task] }) {
        const key = decodeURIComponent(task.s3Key);
        if (key === "error") throw new Error("broken");
        const again = key === "later" && !met;
        if (again) met = true;
        const resultCode = again ? "TemporaryFailure" : key === "never" ? "PermanentFailure" : "Succeeded";
        const results = key === "missing" ? [] : [{ taskId: task.taskId, resultCode, resultString: task.s3BucketArn }];
        return { invocationSchemaVersion, invocationId, treatMissingKeysAs: "PermanentFailure", results };
      }`;
    const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    const Role = await role(aws, [{ Effect: "Allow", Action: logs, Resource: "*" }], "lambda.amazonaws.com");
    const Code = { ZipFile: zip("index.mjs", code) };
    const rest = { Role, Runtime: "nodejs24.x" as const, Handler: "index.handler", Code };
    const create = new CreateFunctionCommand({ FunctionName, ...rest });
    const made = async () => await aws.lambda.send(create).catch(() => undefined);
    const { FunctionArn = "" } = await eventually("the role to be usable", made, 60_000);
    aws.later(async () => await aws.lambda.send(new DeleteFunctionCommand({ FunctionName })));
    await waitUntilFunctionActiveV2({ client: aws.lambda, maxWaitTime: 60 }, { FunctionName });
    const Operation = { LambdaInvoke: { FunctionArn } };
    const job = await createJob(aws, { ...order, bucket, rest: { Operation, ...reported("AllTasks") } });
    const ProgressSummary = { TotalNumberOfTasks: 5, NumberOfTasksSucceeded: 2, NumberOfTasksFailed: 3 };
    expect(await endedJob(aws, job)).toMatchObject({ Status: "Complete", ProgressSummary });
    const { failed, succeeded } = await rows(job);
    expect(succeeded?.map((row) => row.split(",")[1])).toEqual(["later", "ok%20%C3%BC"]);
    expect(succeeded?.[0]).toContain(`arn:aws:s3:::${bucket}`);
    expect(failed?.map((row) => row.split(",").slice(1, 6).join())).toEqual([
      "error,,failed,200,PermanentFailure",
      "missing,,failed,200,PermanentFailure",
      "never,,failed,200,PermanentFailure",
    ]);
  });
});

describe("a running job", () => {
  const named = (JobId: string) => ({ AccountId: aws.account, JobId });
  /** A job for objects that are not there. */
  const absent = async (count: number, version: "" | "null", ConfirmationRequired = false): Promise<string> => {
    const bucket = await filled("a");
    const Key = `absent-${count}.csv`;
    const Body = Array.from({ length: count }, (_, i) => `${bucket},none-${i},${version}\n`).join("");
    const { ETag = "" } = await aws.s3.send(new PutObjectCommand({ Bucket: reports, Key, Body }));
    const Manifest = {
      Spec: { Format: "S3BatchOperations_CSV_20180820" as const, Fields: FIELDS },
      Location: { ObjectArn: `arn:aws:s3:::${reports}/${Key}`, ETag },
    };
    const rest = { Manifest, ManifestGenerator: undefined, ConfirmationRequired };
    return await createJob(aws, { ...order, bucket, rest });
  };

  test("that fails more than half of a thousand tasks ends, and says so", async () => {
    // In a manifest with versions, a task without one fails before any call.
    const job = await endedJob(aws, await absent(1_500, ""));
    expect(job.Status).toBe("Failed");
    expect(job.ProgressSummary?.NumberOfTasksFailed).toBeLessThan(1_500);
    expect(job.FailureReasons?.[0]?.FailureReason).toContain("failure rate");
  });

  test("waits while one of higher priority runs", async () => {
    const [high, low] = [await absent(80, "null", true), await absent(20, "null", true)];
    for (const JobId of [high, low]) await settledJob(aws, JobId);
    await aws.s3control.send(new UpdateJobPriorityCommand({ ...named(high), Priority: 9 }));
    for (const JobId of [high, low]) {
      await aws.s3control.send(new UpdateJobStatusCommand({ ...named(JobId), RequestedJobStatus: "Ready" }));
    }
    expect((await endedJob(aws, low)).Status).toBe("Complete");
    const { Job } = await aws.s3control.send(new DescribeJobCommand(named(high)));
    // AWS promises no strict order.
    if (!aws.real) expect(Job?.Status).toBe("Complete");
  });

  test("that is cancelled ends with the rest undone", async () => {
    const JobId = await absent(3_000, "null", true);
    await settledJob(aws, JobId);
    const update = (RequestedJobStatus: "Ready" | "Cancelled") =>
      aws.s3control.send(new UpdateJobStatusCommand({ ...named(JobId), RequestedJobStatus }));
    await update("Ready");
    await update("Cancelled");
    const { Status, ProgressSummary } = await endedJob(aws, JobId);
    expect([Status, ProgressSummary?.TotalNumberOfTasks]).toEqual(["Cancelled", 3_000]);
    expect(ProgressSummary?.NumberOfTasksFailed).toBeLessThan(1_000);
  });
});

test("each change of a job's status is an event of CloudTrail's, in whatever order", async () => {
  const Name = `${aws.prefix}-jobs`;
  const arn = `arn:aws:sqs:${aws.region}:${aws.account}:${Name}`;
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName: Name }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const Principal = { Service: "events.amazonaws.com" };
  const Statement = [{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: arn }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const EventPattern = JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["AWS Service Event via CloudTrail"],
    detail: { eventName: ["JobStatusChanged", "JobCreated"] },
  });
  await aws.events.send(new PutRuleCommand({ Name, EventPattern }));
  aws.later(async () => await aws.events.send(new DeleteRuleCommand({ Name })));
  await aws.events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "1", Arn: arn }] }));
  aws.later(async () => await aws.events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["1"] })));
  const job = await createJob(aws, { ...order, bucket: await filled("a") });
  await endedJob(aws, job);
  const seen = new Set<string>();
  const all = ["Preparing", "Ready", "Active", "Completing", "Complete"];
  await eventually("all of the job's events", async () => {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    for (const { Body = "{}" } of (await aws.sqs.send(receive)).Messages ?? []) {
      const { detail } = JSON.parse(Body) as { detail: { serviceEventDetails: { jobId: string; status: string } } };
      if (detail.serviceEventDetails.jobId === job) seen.add(detail.serviceEventDetails.status);
    }
    return all.every((status) => seen.has(status)) ? true : undefined;
  });
});
