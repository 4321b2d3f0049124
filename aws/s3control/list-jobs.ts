import { ListJobsCommand, type S3ControlClient } from "@aws-sdk/client-s3-control";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** A job as lists show it. */
export interface ListedJob {
  readonly id: string;
  readonly description: string;
  readonly status: string;
  /** ISO 8601. */
  readonly created: string;
}

/**
 * All jobs of the account in the client's Region: those that are open, and those that ended in the
 * last 90 days.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListJobs.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function listJobs(client: S3ControlClient, account: string): Promise<Fact<readonly ListedJob[]>> {
  return fact("ListJobs", async () => {
    const found: ListedJob[] = [];
    let next: string | undefined;
    do {
      const page = await client.send(
        new ListJobsCommand({ AccountId: account, MaxResults: PAGE, ...(next ? { NextToken: next } : {}) }),
      );
      for (const { JobId, Description = "", Status, CreationTime = new Date(0) } of page.Jobs ?? []) {
        if (!JobId || !Status) continue;
        found.push({ id: JobId, description: Description, status: Status, created: CreationTime.toISOString() });
      }
      next = page.NextToken;
    } while (next);
    return found;
  });
}

// --- internal ---

/** The largest page. */
const PAGE = 1000;
