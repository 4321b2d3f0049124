import { isEnded, jobState } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { startMeter } from "../terminal/meter.ts";
import type { Output } from "../terminal/output.ts";
import { awaitJobs, type Described } from "./await-jobs.ts";
import type { BatchJob } from "./batch-job.ts";
import type { StageJobs } from "./stage-jobs.ts";

/** Follows jobs to their ends; Ctrl-C leaves them going. */
export async function followJobs(
  stage: StageJobs,
  ref: BucketRef,
  jobs: readonly BatchJob[],
  out: Output,
): Promise<readonly BatchJob[]> {
  const meter = startMeter(`${ref.bucket}:`, out);
  let ticked = 0;
  const ids = jobs.map(({ id }) => id);
  const looked = (all: readonly Described[]) => {
    const sum = (of: "total" | "succeeded" | "failed") => all.reduce((before, job) => before + (job?.[of] ?? 0), 0);
    const failed = sum("failed");
    meter.total(sum("total"));
    meter.say(failed === 0 ? "" : `${failed} failed`);
    for (const done = sum("succeeded") + failed; ticked < done; ticked++) meter.tick();
  };
  try {
    const ended = await awaitJobs(stage, ref, ids, { isReached: isEnded, looked });
    return jobs.map((job, index) => described(job, ended[index] ?? null));
  } finally {
    meter.end();
  }
}

/** The job as it is described now. */
export function described(job: BatchJob, now: Described): BatchJob {
  return now === null ? job : { ...job, created: now.created, state: jobState(now) };
}
