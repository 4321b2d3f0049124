/** What DescribeJob says of a job. */
export interface DescribedJob {
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** ISO 8601; `null`: AWS does not say. */
  readonly created: string | null;
  /** What it does; `null`: something that no job of ours does. */
  readonly update: JobUpdate | null;
}

/** The change that a job makes, and to what. */
export interface JobUpdate {
  readonly key: string;
  readonly bucketKey: boolean;
  readonly roleArn: string;
  /** The bucket whose objects it finds itself; `null`: it has a list of its own. */
  readonly source: string | null;
}

/**
 * Where a job stands. `counted`: it waits for a confirmation. `nothing`: no object is of its kind.
 * `unknown`: AWS says something that is not known here, which is no answer.
 */
export type JobState =
  | { readonly kind: "preparing" | "nothing" | "unknown" }
  | { readonly kind: "counted"; readonly objects: number }
  | { readonly kind: "running" | "complete" | "cancelled"; readonly counts: JobCounts }
  | { readonly kind: "failed"; readonly why: string; readonly counts: JobCounts };

/** How many objects a job has, and what became of them. */
interface JobCounts {
  readonly objects: number;
  readonly updated: number;
  readonly failed: number;
}

/**
 * Reads a job's status. A filter that no object matches fails the job, which is the best end of
 * one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html
 */
export function jobState({ status, total, succeeded, failed, failures }: DescribedJob): JobState {
  const counts = { objects: total, updated: succeeded, failed };
  if (PREPARING.includes(status)) return { kind: "preparing" };
  if (status === "Suspended") return { kind: "counted", objects: total };
  if (RUNNING.includes(status)) return { kind: "running", counts };
  if (status === "Complete") return { kind: "complete", counts };
  if (status === "Cancelled") return { kind: "cancelled", counts };
  if (status !== "Failed") return { kind: "unknown" };
  if (total === 0 && failures.some((each) => NOTHING.test(each))) return { kind: "nothing" };
  return { kind: "failed", why: failures.join("; ") || "AWS gives no reason", counts };
}

/** Whether nothing more will become of a job. */
export function isEnded({ kind }: JobState): boolean {
  return ["nothing", "complete", "cancelled", "failed"].includes(kind);
}

// --- internal ---

const PREPARING: readonly string[] = ["New", "Preparing"];
const RUNNING: readonly string[] = ["Ready", "Active", "Pausing", "Paused", "Completing", "Cancelling", "Failing"];
const NOTHING = /no keys matching the filter criteria/i;
