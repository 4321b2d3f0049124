import type { S3ControlClient } from "@aws-sdk/client-s3-control";
import { nameOf } from "#aws/error";
import { knownOrThrow } from "#aws/fact";
import { createJob, type NewJob } from "#aws/s3control/create-job";
import { describeJob } from "#aws/s3control/describe-job";
import { controlEndpoint } from "#aws/s3control/endpoint";
import { jobReport } from "#aws/s3control/job-report";
import { jobTagging } from "#aws/s3control/job-tagging";
import { type ListedJob, listJobs } from "#aws/s3control/list-jobs";
import { updateJob } from "#aws/s3control/update-job";
import type { Fact } from "#core/fact";
import type { JobFailures } from "#core/jobs/job-failures";
import { isTagged, type JobName, nameInDescription } from "#core/jobs/job-name";
import { type DescribedJob, isEnded, jobState } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import type { BatchJob } from "./batch-job.ts";

/** The jobs of S3 Batch Operations that a person starts with a stage's role. */
export interface StageJobs {
  readonly stage: string;
  readonly roleArn: string;
  readonly reportBucket: string;
  /** Those of a bucket, newest first: all that are open, and of each kind the last that ended. */
  find(ref: BucketRef): Promise<readonly BatchJob[]>;
  /** Creates a job, or finds the very same one. */
  create(job: Omit<NewJob, "roleArn" | "reportBucket">): Promise<string>;
  /** As AWS describes it; `null`: it is not to be seen yet. */
  look(ref: BucketRef, id: string): Promise<DescribedJob | null>;
  /** Whether the job may still be moved so. */
  move(ref: BucketRef, id: string, to: "Ready" | "Cancelled"): Promise<boolean>;
  /** The failed tasks by the job's report; `null`: there is none. */
  failures(ref: BucketRef, id: string): Promise<Fact<JobFailures | null>>;
}

/** @throws CliError if the stage has no role for jobs, or is in another Region than the bucket */
export async function openStageJobs(session: Session, deployment: Deployment): Promise<StageJobs> {
  const { stage, batchJobRoleArn: roleArn, batchReportBucket: reportBucket } = deployment;
  if (roleArn === undefined || reportBucket === undefined) {
    const message = `stage ${safe(stage)} has no role for jobs of S3 Batch Operations: deploy it with BUCKETSEAL_BATCH=on, or leave --batch out`;
    throw new CliError(message, { code: "no-batch" });
  }
  const client = await controlClient(session);
  const look: StageJobs["look"] = async ({ account }, id) => knownOrThrow(await describeJob(client, account, id));
  return {
    stage,
    roleArn,
    reportBucket,
    look,
    find: async (ref) => {
      const listed = candidates(knownOrThrow(await listJobs(client, ref.account)), stage, ref.bucket);
      const found: BatchJob[] = [];
      for (const { id, name } of listed) {
        const tags = knownOrThrow(await jobTagging(client, ref.account, id));
        const job = isTagged(name, tags) ? await look(ref, id) : null;
        if (job === null || job.update?.roleArn !== roleArn) continue;
        if (job.update.source !== null && job.update.source !== ref.bucket) continue;
        found.push({ id, name, created: job.created, update: job.update, state: jobState(job) });
      }
      return withLastEnded(found, ({ state }) => isEnded(state));
    },
    create: async (job) => {
      const id = await createJob(client, { ...job, roleArn, reportBucket });
      if (id !== null) return id;
      throw new CliError("AWS created a job and does not say which: look for it with aws s3control list-jobs", {
        code: "no-job-id",
      });
    },
    move: async ({ account }, id, to) => {
      try {
        await updateJob(client, account, id, to);
        return true;
      } catch (error) {
        if (nameOf(error) === "JobStatusException") return false;
        throw error;
      }
    },
    failures: ({ account, region }, job) => jobReport(session.s3(region), { account, bucket: reportBucket, job }),
  };
}

// --- internal ---

async function controlClient({ config }: Session): Promise<S3ControlClient> {
  const { S3ControlClient } = await import("@aws-sdk/client-s3-control");
  const { AWS_ENDPOINT_URL_S3_CONTROL, AWS_ENDPOINT_URL } = process.env;
  const endpoint = config.endpoint ?? (AWS_ENDPOINT_URL_S3_CONTROL || AWS_ENDPOINT_URL || null);
  return new S3ControlClient({ ...config, ...controlEndpoint(endpoint) });
}

interface Candidate extends ListedJob {
  readonly name: JobName;
}

/** The jobs that seem to be of a stage and a bucket. */
function candidates(listed: readonly ListedJob[], stage: string, bucket: string): readonly Candidate[] {
  const named = listed.flatMap((each) => {
    const name = nameInDescription(each.description);
    return name?.stage === stage && name.bucket === bucket ? [{ ...each, name }] : [];
  });
  const newestFirst = named.toSorted((a, b) => b.created.localeCompare(a.created));
  return withLastEnded(newestFirst, ({ status }) => ENDED.has(status));
}

const ENDED: ReadonlySet<string> = new Set(["Complete", "Failed", "Cancelled"]);

/**
 * All jobs that are open, and of each kind the last that has ended: AWS keeps them for 90 days. A
 * list may be behind, so this is asked of what it says, and again of what each job says itself.
 */
function withLastEnded<Job extends { readonly name: JobName }>(
  newestFirst: readonly Job[],
  hasEnded: (job: Job) => boolean,
): readonly Job[] {
  const seen = new Set<string>();
  return newestFirst.filter((job) => {
    if (!hasEnded(job)) return true;
    const { purpose, kind } = job.name;
    return purpose === "apply" && !seen.has(kind) && seen.add(kind);
  });
}
