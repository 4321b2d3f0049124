import type { Fact } from "#core/fact";
import { addFailures, type JobFailures, noFailures } from "#core/jobs/job-failures";
import { isEnded } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { bucketFields } from "../backfill/backfill-document.ts";
import { printReasons } from "../backfill/render-backfill-plan.ts";
import type { ExitCode } from "../line/command.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { COLUMNS } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import { type BatchJob, batchJobDocument, batchJobShape } from "./batch-job.ts";
import type { StageJobs } from "./stage-jobs.ts";

/** A bucket's jobs as they stand. */
export interface ShownJobs {
  readonly ref: BucketRef;
  readonly jobs: readonly BatchJob[];
  /** Of the ended jobs by their reports; `null`: at least one of these could not be read. */
  readonly failures: JobFailures | null;
  /** Why a report could not be read. */
  readonly unread: readonly string[];
  /**
   * What the filters of the jobs find after their end, or another look at what a list named;
   * `null`: nobody asked, or it could not be said.
   */
  readonly left: number | null;
}

/** The JSON shape of a bucket's jobs, as TypeScript. */
export const shownJobsShape = `{ bucket, region, account, jobs: Job[],
  failures: { codes: { [error code]: { count, text } }, samples: { key, versionId, code, text }[] } | null,   // null: not known
  left: number | null }   // what the same filters, or looks at the same list, find afterwards; null: nobody asked, or not known
Job: ${batchJobShape}`;

/** Reads the reports of a bucket's jobs. */
export async function withReports(
  stage: StageJobs,
  ref: BucketRef,
  jobs: readonly BatchJob[],
  left: number | null = null,
): Promise<ShownJobs> {
  const failing = jobs.filter(({ state }) => isEnded(state) && "counts" in state && state.counts.failed > 0);
  const read = await Promise.all(
    failing.map(async ({ id }): Promise<[string, Fact<JobFailures | null>]> => [id, await stage.failures(ref, id)]),
  );
  const unread = read.flatMap(([id, fact]) => {
    if (!fact.known) return [`the report of job ${id} could not be read: ${fact.error.name}`];
    return fact.value === null ? [`job ${id} has no report`] : [];
  });
  const known = read.flatMap(([, fact]) => (fact.known && fact.value !== null ? [fact.value] : []));
  const failures = unread.length > 0 ? null : known.length === 0 ? noFailures() : addFailures(known);
  return { ref, jobs, failures, unread, left };
}

/** Prints a bucket's jobs, what became of their objects, and why some were not updated. */
export function printJobs({ ref, jobs, failures, unread, left }: ShownJobs, out: Output): void {
  out.line(out.paint("bold", `${safe(ref.bucket)}  ${safe(ref.region)}  jobs of S3 Batch Operations`));
  const width = Math.max(...jobs.map(({ name }) => Math.min(MOST, name.kind.length)));
  for (const job of jobs) {
    const text = `${kindShown(job).padEnd(width)}  ${stateText(job)}`;
    for (const line of wrap(text, "  ", COLUMNS)) out.line(line);
    if (job.state.kind !== "nothing") out.line(out.paint("dim", `  ${" ".repeat(width)}  job ${safe(job.id)}`));
  }
  if (failures !== null && Object.keys(failures.codes).length > 0) {
    const said = Object.entries(failures.codes).map(([code, { count, text }]) => [
      code,
      { count, text: `${code}: ${text}` },
    ]);
    printReasons(Object.fromEntries(said), out);
    const names = failures.samples.slice(0, FEW).map(({ key }) => safe(key, 200));
    const text = `such as ${names.join(", ")}`;
    for (const line of wrap(text, " ".repeat(15), COLUMNS)) out.line(out.paint("dim", line));
  }
  for (const why of unread) for (const line of wrap(printable(why), "  ", COLUMNS)) out.line(line);
  if (left !== null) {
    const again = jobs.some(({ name }) => name.kind === "listed")
      ? "looked at again, the objects of the list show"
      : "asked again, the same filters find";
    const text =
      left === 0
        ? `${again} nothing: nothing is left`
        : `${again} ${plural(left, "object")}: left as ${left === 1 ? "it was" : "they were"}`;
    out.line(out.paint(left === 0 ? "green" : "yellow", `  ${text}`));
  }
}

/** A bucket's jobs in the JSON document. */
export function shownJobsDocument({ ref, jobs, failures, left }: ShownJobs): Record<string, unknown> {
  return { ...bucketFields(ref), jobs: jobs.map(batchJobDocument), failures, left };
}

/** 1 a job failed or is not known to have ended well, 2 objects were not updated, or not yet. */
export function exitOfJobs({ jobs, unread }: ShownJobs): ExitCode {
  if (unread.length > 0 || jobs.some(({ state: { kind } }) => kind === "failed" || kind === "unknown")) return 1;
  const isLeft = ({ state }: BatchJob) =>
    state.kind === "cancelled" || !isEnded(state) || ("counts" in state && state.counts.failed > 0);
  return jobs.some(isLeft) ? 2 : 0;
}

// --- internal ---

const FEW = 3;
/** Columns for the kind of a job. */
const MOST = 12;

/** A key's ARN is told by the end of its id. */
function kindShown({ name: { kind } }: BatchJob): string {
  return kind.startsWith("arn:") ? `key …${kind.slice(-7)}` : safe(kind);
}

function stateText({ state, name }: BatchJob): string {
  switch (state.kind) {
    case "nothing":
      return "nothing to do";
    case "counted":
      return `waits for an answer: ${plural(state.objects, "object")}${name.purpose === "plan" ? ", counted only" : ""}`;
    case "preparing":
    case "unknown":
      return state.kind;
    default: {
      const { objects, updated, failed } = state.counts;
      const why = state.kind === "failed" ? `: ${printable(state.why)}` : "";
      return `${state.kind}${why}, ${plural(objects, "object")}: ${updated} updated, ${failed} failed`;
    }
  }
}
