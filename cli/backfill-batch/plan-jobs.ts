import { randomUUID } from "node:crypto";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import type { EncryptionFilter } from "#core/jobs/job-filter";
import { descriptionOf, type JobName, jobTags } from "#core/jobs/job-name";
import { type DescribedJob, isEnded, type JobState, jobState } from "#core/jobs/job-state";
import { jobsFor } from "#core/jobs/jobs-for";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import { type LocalSettings, localPorts } from "../backfill/local-ports.ts";
import { CliError } from "../error.ts";
import type { Meter } from "../terminal/meter.ts";
import { awaitJobs } from "./await-jobs.ts";
import type { BatchPlan, CountedJob, JobToMake } from "./batch-plan.ts";
import { listForJob } from "./list-for-job.ts";
import { type KindLook, lookAtKind } from "./look-at-kind.ts";
import type { StageJobs } from "./stage-jobs.ts";

export interface BatchOptions {
  /** `plan`: jobs of its own, which nobody else can find and set ready. */
  readonly purpose: JobName["purpose"];
  /** ARNs of keys that objects should not be under. */
  readonly wrongKeys: readonly string[];
  /** Whether to look at each object and list those to update, whatever filters could do. */
  readonly isListed: boolean;
  /** Whether to count only what is to be updated. */
  readonly isBrief: boolean;
  readonly meter: Meter;
  readonly isStopped: () => boolean;
}

/**
 * Has jobs count what they would do to a bucket's objects, or looks at the objects where no filter
 * of a job can choose them. The jobs wait for a confirmation: the caller sets them ready or cancels
 * them.
 * @throws CliError if no job can do it
 */
export async function planJobs(
  settings: LocalSettings,
  jobs: StageJobs,
  target: CoveredBucket,
  options: BatchOptions,
): Promise<BatchPlan> {
  const ports = localPorts(settings, target.ref)();
  const look = (encryption: ObjectEncryption) => lookAtKind(ports, target, encryption);
  const plain = await look({ algorithm: "AES256", bucketKey: false });
  if (plain.wanted === null) throw none(target, plain.why ?? "nothing is declared");
  const { wanted } = plain;
  const { ref, rule, selection } = target;
  const found = jobsFor({ ref, rule, wanted, selection, wrongKeys: options.wrongKeys, now: Date.now() });
  if (found.kind === "none") throw none(target, found.why);
  if (found.kind === "list" || options.isListed) {
    return { target, wanted, jobs: [], held: {}, ...(await listForJob(settings, target, options.meter)) };
  }
  const held: Record<string, string> = {};
  const orders: JobToMake[] = [];
  for (const { kind, isRun, filter } of found.jobs) {
    if (!isRun && options.isBrief) continue;
    const why = isRun ? await obstacle(filter.encryption, plain, look) : null;
    if (why !== null) held[kind] = why;
    orders.push({ kind, isRun: isRun && why === null, objects: filter });
  }
  const counted = await countByJobs(jobs, { target, wanted, orders }, options);
  return { target, wanted, jobs: counted, held, looks: null, list: null };
}

/** Jobs about a bucket, before they are made. */
export interface JobOrders {
  readonly target: CoveredBucket;
  readonly wanted: WantedObjectEncryption;
  readonly orders: readonly JobToMake[];
}

/**
 * Creates jobs, or finds those that were asked for in the very same way, and waits until each knows
 * its objects.
 */
export async function countByJobs(
  jobs: StageJobs,
  about: JobOrders,
  { purpose, meter, isStopped }: Pick<BatchOptions, "purpose" | "meter" | "isStopped">,
): Promise<readonly CountedJob[]> {
  const { ref } = about.target;
  const own = randomUUID();
  const before = purpose === "plan" ? [] : await jobs.find(ref);
  const made: { readonly id: string; readonly order: JobToMake }[] = [];
  try {
    for (const order of about.orders) {
      if (isStopped()) break;
      const last = before.find(({ name, state }) => name.kind === order.kind && isEnded(state));
      const shared = { purpose, after: last?.id ?? "" };
      const how = order.isRun && purpose === "apply" ? shared : { purpose: "plan" as const, after: own };
      made.push({ id: await freshJob(jobs, about, order, how), order });
    }
    meter.total(made.length);
    let ticked = 0;
    const described = await awaitJobs(
      jobs,
      ref,
      made.map(({ id }) => id),
      {
        isReached: ({ kind }) => kind !== "preparing",
        isStopped,
        looked: (all) => {
          const done = all.filter((job) => job !== null && jobState(job).kind !== "preparing").length;
          for (; ticked < done; ticked++) meter.tick();
        },
      },
    );
    return made.map(({ id, order }, index) => countedJob(id, order, described[index] ?? null));
  } catch (error) {
    for (const { id } of made) await cancelIfWaiting(jobs, ref, id);
    throw error;
  }
}

/** Cancels a job that has not begun, by a look right before; another one is left as it is. */
export async function cancelIfWaiting(jobs: StageJobs, ref: BucketRef, id: string): Promise<void> {
  const job = await jobs.look(ref, id);
  if (job === null || ["preparing", "counted"].includes(jobState(job).kind)) await jobs.move(ref, id, "Cancelled");
}

// --- internal ---

/** Milliseconds after which a count of a job that still waits is too old to go by. */
const STALE = 3_600_000;
/** Milliseconds after which a job that ended by itself did so before it was asked for. */
const EARLIER = 60_000;
/** Jobs that may have been asked for in the very same way, and are over. */
const MOST_BEFORE = 5;

/** Why a job must not update the objects of its filter; `null`: it may. */
async function obstacle(
  { kind, key, bucketKey = false }: EncryptionFilter,
  plain: KindLook,
  look: (encryption: ObjectEncryption) => Promise<KindLook>,
): Promise<string | null> {
  if (kind === "SSES3" || key === undefined) return plain.why;
  return (await look({ algorithm: "aws:kms", key, bucketKey })).why;
}

/**
 * A job that has just been created, or waits, or runs. A list of jobs may be behind: one that ended
 * a while ago, and one whose count is old, are followed by another.
 */
async function freshJob(
  jobs: StageJobs,
  { target: { ref }, wanted }: JobOrders,
  { kind, objects }: JobToMake,
  { purpose, after }: { readonly purpose: JobName["purpose"]; readonly after: string },
): Promise<string> {
  const name: JobName = { stage: jobs.stage, bucket: ref.bucket, purpose, kind };
  let last = after;
  for (let tries = 0; ; tries++) {
    const { key = "", bucketKey } = wanted;
    const id = await jobs.create({
      ref,
      objects,
      key,
      bucketKey,
      description: descriptionOf(name),
      tags: jobTags(name),
      after: last,
    });
    const job = await jobs.look(ref, id);
    if (job === null || !isOver(job) || tries >= MOST_BEFORE) return id;
    await cancelIfWaiting(jobs, ref, id);
    last = id;
  }
}

function isOver(job: DescribedJob): boolean {
  const { kind } = jobState(job);
  const age = job.created === null ? 0 : Date.now() - Date.parse(job.created);
  if (kind === "counted") return age > STALE;
  return kind === "cancelled" || kind === "complete" || ((kind === "nothing" || kind === "failed") && age > EARLIER);
}

function countedJob(id: string, order: JobToMake, job: DescribedJob | null): CountedJob {
  const state: JobState = job === null ? { kind: "unknown" } : jobState(job);
  const objects = state.kind === "nothing" ? 0 : state.kind === "counted" ? state.objects : null;
  return { id, order, state, objects: state.kind === "running" ? state.counts.objects : objects };
}

function none({ ref }: CoveredBucket, why: string): CliError {
  const message = `no job can do it in the bucket "${safe(ref.bucket)}": ${why}; leave --batch out`;
  return new CliError(message, { code: "no-job" });
}
