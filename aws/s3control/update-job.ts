import { type S3ControlClient, UpdateJobStatusCommand } from "@aws-sdk/client-s3-control";
import { orRetryable } from "#aws/error";

/**
 * Confirms a job that waits, or cancels one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateJobStatus.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise: the job may
 *   have ended meanwhile.
 */
export async function updateJob(
  client: S3ControlClient,
  account: string,
  id: string,
  status: "Ready" | "Cancelled",
): Promise<void> {
  const command = new UpdateJobStatusCommand({ AccountId: account, JobId: id, RequestedJobStatus: status });
  await orRetryable("UpdateJobStatus", () => client.send(command));
}
