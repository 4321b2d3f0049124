import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { bucketFields } from "../backfill/backfill-document.ts";
import { type BatchJob, isRunningJob } from "../backfill-batch/batch-job.ts";
import { followJobs } from "../backfill-batch/follow-jobs.ts";
import {
  exitOfJobs,
  printJobs,
  type ShownJobs,
  shownJobsDocument,
  shownJobsShape,
  withReports,
} from "../backfill-batch/show-jobs.ts";
import type { StageJobs } from "../backfill-batch/stage-jobs.ts";
import { exitOfBackfill, followBackfill } from "../backfill-run/follow-backfill.ts";
import { openLanes } from "../backfill-run/open-lanes.ts";
import { backfillDocument, backfillShape, printBackfill } from "../backfill-run/show-backfill.ts";
import { findBucket } from "../buckets/buckets.ts";
import { CliError } from "../error.ts";
import { printWindows, windowShape } from "../history/drift-windows.ts";
import { command } from "../line/command.ts";
import { explainError } from "../line/explain-error.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";

export const backfillStatus = command({
  name: "status",
  description:
    "Shows a bucket's last backfill by a deployed stage: how far it is, and what it found; and its windows of drift.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket" },
    watch: { type: "boolean", description: "follow it to its end; Ctrl-C leaves it going" },
  },
  examples: [
    ["backfill status invoices", "how far it is"],
    ["backfill status invoices --watch", "with rate and time left, until it is over"],
  ],
  json: `${backfillShape}
with windows: ${windowShape}[]
With jobs of S3 Batch Operations also batch: Jobs, or { bucket, region, account, batch: Jobs } alone
Jobs: ${shownJobsShape}`,
  notes: [
    "A window is a time in which objects may have been written otherwise than declared; open: a person has to start its backfill.",
    "Exit codes: 0 shown; with --watch: 0 every object is as declared, 2 some are not or it was not finished, 1 an error, such as an object that could not be read.",
  ],
  run: async (args, out) => {
    const session = await openSession(args);
    const { backfills, jobs } = await openLanes(session, await findStage(session, args));
    const ref = await findBucket(session, args.bucket);
    const last = (await backfills?.last(ref)) ?? null;
    const found = jobs === null ? [] : await jobsOf(jobs, ref, last === null ? null : out);
    if (last === null && found.length === 0) {
      throw new CliError(`the bucket "${safe(ref.bucket)}" has had no backfill`, { code: "no-backfill" });
    }
    const listed =
      last !== null && backfills !== null && args.watch ? await followBackfill(backfills, last, out) : last;
    const windows = listed === null || backfills === null ? [] : await backfills.windows(ref);
    if (listed !== null) printBackfill(listed, out);
    printWindows(windows, out);
    const batch =
      jobs === null || found.length === 0 ? null : await shownJobs(jobs, ref, found, args.watch === true, out);
    if (batch !== null) printJobs(batch, out);
    const byJobs = batch === null ? {} : { batch: shownJobsDocument(batch) };
    out.document(
      listed === null ? { ...bucketFields(ref), ...byJobs } : { ...backfillDocument(listed), windows, ...byJobs },
    );
    if (args.watch !== true) return 0;
    const codes = [
      ...(listed === null ? [] : [exitOfBackfill(listed)]),
      ...(batch === null ? [] : [exitOfJobs(batch)]),
    ];
    return codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0;
  },
});

// --- internal ---

/** A bucket's jobs; with `out`, one note where they may not be seen and something else is shown. */
async function jobsOf(jobs: StageJobs, ref: BucketRef, out: Output | null): Promise<readonly BatchJob[]> {
  try {
    return await jobs.find(ref);
  } catch (error) {
    if (out === null) throw error;
    out.note(`whether it has jobs of S3 Batch Operations could not be read: ${explainError(error).message}`);
    return [];
  }
}

async function shownJobs(
  jobs: StageJobs,
  ref: BucketRef,
  found: readonly BatchJob[],
  watch: boolean,
  out: Output,
): Promise<ShownJobs> {
  const under = watch ? found.filter(isRunningJob) : [];
  const ended = new Map((await followJobs(jobs, ref, under, out)).map((job) => [job.id, job]));
  return withReports(
    jobs,
    ref,
    found.map((job) => ended.get(job.id) ?? job),
  );
}
