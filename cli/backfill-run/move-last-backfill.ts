import type { BackfillState } from "#core/backfill/backfill";
import { type BackfillMove, backfillMove } from "#core/backfill/messages";
import { isEnded } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { cancelJobs } from "../backfill-batch/cancel-jobs.ts";
import type { StageJobs } from "../backfill-batch/stage-jobs.ts";
import { findBucket } from "../buckets/buckets.ts";
import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { awaitBackfill } from "./follow-backfill.ts";
import { openLanes } from "./open-lanes.ts";
import { backfillDocument, printBackfill } from "./show-backfill.ts";

/** What is asked of a backfill: the states from which it may, and those that show it was done. */
export interface AskedMove {
  readonly to: BackfillMove["to"];
  readonly from: readonly BackfillState[];
  readonly shows: readonly BackfillState[];
}

/**
 * Pauses, resumes or cancels the last backfill of a bucket, and waits until that shows. Where it is
 * one by jobs of S3 Batch Operations, these are cancelled; AWS lets nobody pause them.
 * @throws CliError if there is none, or it is not in a state for that
 */
export async function moveLastBackfill(
  args: GlobalArgs & { readonly bucket: string },
  out: Output,
  { to, from, shows }: AskedMove,
): Promise<ExitCode> {
  const session = await openSession(args);
  const { backfills, jobs } = await openLanes(session, await findStage(session, args));
  const ref = await findBucket(session, args.bucket);
  const { arn } = await session.identity();
  const last = (await backfills?.last(ref)) ?? null;
  if (backfills === null || last === null || !from.includes(last.state)) {
    if (jobs !== null && (await moveJobs(jobs, ref, to, out))) return 0;
    const is = last === null ? "has had no backfill" : `has a backfill that is ${last.state}`;
    throw new CliError(`nothing to ${to}: the bucket "${safe(ref.bucket)}" ${is}`, { code: "no-backfill" });
  }
  await backfills.send(backfillMove(ref, arn, to));
  const moved = await awaitBackfill(
    backfills,
    ref,
    ({ id, state, touched }) =>
      id === last.id && (shows.includes(state) || (state === "failed" && touched !== last.touched)),
  );
  printBackfill(moved, out);
  out.document(backfillDocument(moved));
  return 0;
}

// --- internal ---

/**
 * Whether there were jobs, and they were cancelled.
 * @throws CliError if something else is asked of jobs
 */
async function moveJobs(jobs: StageJobs, ref: BucketRef, to: BackfillMove["to"], out: Output): Promise<boolean> {
  const open = (await jobs.find(ref)).filter(({ state }) => !isEnded(state));
  if (open.length === 0) return false;
  if (to === "cancel") {
    await cancelJobs(jobs, ref, open, out);
    return true;
  }
  const name = safe(ref.bucket);
  const message = `the bucket "${name}" has ${plural(open.length, "job")} of S3 Batch Operations, which AWS lets nobody ${to}: \`backfill cancel ${name}\` ends it, and \`backfill ${name} --batch --apply\` goes on with what is left`;
  throw new CliError(message, { code: "no-pause" });
}
