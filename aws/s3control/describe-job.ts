import { DescribeJobCommand, type JobDescriptor, type S3ControlClient } from "@aws-sdk/client-s3-control";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { DescribedJob, JobUpdate } from "#core/jobs/job-state";

/**
 * What AWS says of a job; `null`: there is none, or not yet (a job just created may not be seen).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DescribeJob.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function describeJob(client: S3ControlClient, account: string, id: string): Promise<Fact<DescribedJob | null>> {
  return fact(
    "DescribeJob",
    async () => {
      const { Job } = await client.send(new DescribeJobCommand({ AccountId: account, JobId: id }));
      if (Job?.Status === undefined) return null;
      return {
        status: Job.Status,
        total: Job.ProgressSummary?.TotalNumberOfTasks ?? 0,
        succeeded: Job.ProgressSummary?.NumberOfTasksSucceeded ?? 0,
        failed: Job.ProgressSummary?.NumberOfTasksFailed ?? 0,
        failures: (Job.FailureReasons ?? []).map(({ FailureReason = "" }) => FailureReason),
        created: Job.CreationTime?.toISOString() ?? null,
        update: updateOf(Job),
      };
    },
    { NoSuchJob: null, NoSuchJobException: null, NotFoundException: null },
  );
}

// --- internal ---

function updateOf({ Operation, RoleArn, ManifestGenerator }: JobDescriptor): JobUpdate | null {
  const wanted = Operation?.S3UpdateObjectEncryption?.ObjectEncryption?.SSEKMS;
  if (wanted?.KMSKeyArn === undefined || RoleArn === undefined) return null;
  const source = ManifestGenerator?.S3JobManifestGenerator?.SourceBucket?.split(":::")[1] ?? null;
  return { key: wanted.KMSKeyArn, bucketKey: wanted.BucketKeyEnabled === true, roleArn: RoleArn, source };
}
