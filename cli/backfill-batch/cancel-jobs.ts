import { isEnded } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import type { Output } from "../terminal/output.ts";
import { awaitJobs } from "./await-jobs.ts";
import type { BatchJob } from "./batch-job.ts";
import { described } from "./follow-jobs.ts";
import { printJobs, shownJobsDocument, withReports } from "./show-jobs.ts";
import type { StageJobs } from "./stage-jobs.ts";

/** Cancels a bucket's jobs and shows how far they came; what was updated stays so. */
export async function cancelJobs(
  stage: StageJobs,
  ref: BucketRef,
  jobs: readonly BatchJob[],
  out: Output,
): Promise<void> {
  for (const { id } of jobs) await stage.move(ref, id, "Cancelled");
  const ids = jobs.map(({ id }) => id);
  const ended = await awaitJobs(stage, ref, ids, { isReached: isEnded });
  const shown = await withReports(
    stage,
    ref,
    jobs.map((job, index) => described(job, ended[index] ?? null)),
  );
  printJobs(shown, out);
  out.document(shownJobsDocument(shown));
}
