import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { jobState } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import { exitOfPlans } from "../backfill/exit-of-backfill.ts";
import type { LocalSettings } from "../backfill/local-ports.ts";
import { stopOnInterrupt } from "../backfill-run/stop-on-interrupt.ts";
import type { ExitCode } from "../line/command.ts";
import { confirm } from "../terminal/confirm.ts";
import { startMeter } from "../terminal/meter.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { type BatchJob, isRunningJob } from "./batch-job.ts";
import { type BatchPlan, isCounted, objectsToUpdate, statesByJobs } from "./batch-plan.ts";
import { followJobs } from "./follow-jobs.ts";
import { leftAfter } from "./left-after.ts";
import { leftInList } from "./left-in-list.ts";
import { cancelIfWaiting, planJobs } from "./plan-jobs.ts";
import { batchPlanDocument, printBatchPlan } from "./render-batch-plan.ts";
import { exitOfJobs, printJobs, type ShownJobs, shownJobsDocument, withReports } from "./show-jobs.ts";
import type { StageJobs } from "./stage-jobs.ts";
import { type Starting, startJobs } from "./start-jobs.ts";

/** What a person asked for. */
export interface BatchAsked {
  readonly apply: boolean;
  readonly yes: boolean;
  readonly watch: boolean;
  readonly isListed: boolean;
  readonly wrongKeys: readonly string[];
}

/** What is begun in a bucket: the jobs, and the plan that they follow, if it was made here. */
interface Begun {
  readonly ref: BucketRef;
  readonly jobs: readonly BatchJob[];
  readonly plan: BatchPlan | null;
  /** The list that was given to a job, still to be read although it has no name any more. */
  readonly list: FileHandle | null;
}

/**
 * Plans jobs of S3 Batch Operations for buckets, and sets them ready where that is asked for and
 * agreed to. A plan leaves nothing behind: whatever jobs it made to count are cancelled.
 */
export async function runBatch(
  settings: LocalSettings,
  stage: StageJobs,
  targets: readonly CoveredBucket[],
  asked: BatchAsked,
  head: Readonly<Record<string, unknown>>,
  out: Output,
): Promise<ExitCode> {
  const interrupt = stopOnInterrupt(out, "jobs that were made to count are cancelled");
  const plans: BatchPlan[] = [];
  const begun: Begun[] = [];
  const ready = new Set<string>();
  try {
    for (const target of targets) {
      if (interrupt.isStopped()) break;
      const joined = asked.apply ? (await stage.find(target.ref)).filter(isRunningJob) : [];
      if (joined.length > 0) {
        begun.push({ ref: target.ref, jobs: joined, plan: null, list: null });
        out.line(`${safe(target.ref.bucket)} has ${plural(joined.length, "job")} under way, which nothing is added to`);
        continue;
      }
      const meter = startMeter(`counting in ${target.ref.bucket}:`, out);
      const purpose = asked.apply ? "apply" : "plan";
      const { wrongKeys, isListed, yes: isBrief } = asked;
      const { isStopped } = interrupt;
      try {
        plans.push(
          await planJobs(settings, stage, target, { purpose, wrongKeys, isListed, isBrief, meter, isStopped }),
        );
      } finally {
        meter.end();
      }
      printBatchPlan(plans.at(-1) as BatchPlan, out);
    }
    let isInterrupted = interrupt.isStopped();
    const sum = plans.reduce((before, plan) => before + objectsToUpdate(plan), 0);
    const unknown = plans.filter((plan) => !isCounted(plan));
    if (asked.apply && unknown.length > 0)
      out.line("not everything could be counted: what is not known is not written");
    const mayStart = asked.apply && !isInterrupted && sum > 0 && unknown.length === 0;
    const isAgreed =
      mayStart &&
      (await confirm(`Have S3 update ${plural(sum, "object")}?`, asked.yes, out, () => {
        isInterrupted = true;
      }));
    if (isAgreed) for (const plan of plans) begun.push(await begin({ settings, stage, ready }, plan, out));
    if (begun.length === 0) {
      out.line("nothing was written, and no job is left behind");
      out.document({ schema: "bucketseal.backfill-batch-plan/1", ...head, buckets: plans.map(batchPlanDocument) });
      return isInterrupted ? 130 : exitOfBatchPlans(plans);
    }
  } finally {
    interrupt.release();
    await cleanUp(stage, plans, ready);
  }
  const shown: ShownJobs[] = [];
  for (const { ref, jobs, plan, list } of begun) {
    const ended = asked.watch ? await followJobs(stage, ref, jobs, out) : jobs;
    const isAsked = asked.watch && plan !== null;
    const left = !isAsked
      ? null
      : list === null
        ? await leftAfter(stage, plan, out)
        : await leftInList(settings, plan, list, out);
    await list?.close();
    shown.push(await withReports(stage, ref, ended, left));
    printJobs(shown.at(-1) as ShownJobs, out);
  }
  if (!asked.watch) out.line("bucketseal backfill status BUCKET --watch follows");
  out.document({ schema: "bucketseal.backfill-batch/1", ...head, buckets: shown.map(shownJobsDocument) });
  return asked.watch ? (shown.map(exitOfJobs).toSorted(worstFirst)[0] ?? 0) : 0;
}

// --- internal ---

async function begin(starting: Starting, plan: BatchPlan, out: Output): Promise<Begun> {
  const { stage } = starting;
  const { ref } = plan.target;
  const meter = startMeter(`starting in ${ref.bucket}:`, out);
  try {
    const started = await startJobs(starting, plan, meter);
    const ids = new Set(started.map(({ id }) => id));
    const jobs: BatchJob[] = [];
    for (const { id, order } of started) {
      const now = await stage.look(ref, id);
      if (now?.update == null) continue;
      const name = { stage: stage.stage, bucket: ref.bucket, purpose: "apply", kind: order.kind } as const;
      jobs.push({ id, name, created: now.created, update: now.update, state: jobState(now) });
    }
    const list = plan.list === null || jobs.length === 0 ? null : await open(plan.list.file);
    return { ref, jobs, plan: { ...plan, jobs: plan.jobs.filter(({ id }) => ids.has(id)) }, list };
  } finally {
    meter.end();
  }
}

/**
 * Cancels what was made and waits, and removes lists. Each is looked at right before: somebody else
 * may have set the very same job ready.
 */
async function cleanUp(stage: StageJobs, plans: readonly BatchPlan[], ready: ReadonlySet<string>): Promise<void> {
  for (const { target, jobs, list } of plans) {
    if (list !== null) await rm(dirname(list.file), { recursive: true, force: true });
    for (const { id, state } of jobs) {
      if (!ready.has(id) && WAITS.has(state.kind)) await cancelIfWaiting(stage, target.ref, id);
    }
  }
}

/** States from which a job may come to wait for an answer. */
const WAITS: ReadonlySet<string> = new Set(["preparing", "counted", "unknown"]);

function exitOfBatchPlans(plans: readonly BatchPlan[]): ExitCode {
  if (plans.some((plan) => !isCounted(plan))) return 1;
  const codes = plans.map((plan): ExitCode => {
    if (plan.looks !== null) return exitOfPlans([plan.looks]);
    return Object.keys(statesByJobs(plan)).some((state) => state !== "as declared") ? 2 : 0;
  });
  return codes.toSorted(worstFirst)[0] ?? 0;
}

function worstFirst(a: ExitCode, b: ExitCode): number {
  return SEVERITY.indexOf(a) - SEVERITY.indexOf(b);
}

const SEVERITY: readonly ExitCode[] = [1, 2, 0];
