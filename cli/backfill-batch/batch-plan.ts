import type { StoredManifest } from "#aws/s3control/put-manifest";
import type { WantedObjectEncryption } from "#core/encryption";
import type { JobFilter } from "#core/jobs/job-filter";
import type { JobState } from "#core/jobs/job-state";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import type { BackfillPlan } from "../backfill/plan-bucket-objects.ts";
import type { ObjectState } from "../backfill/state-of.ts";

/** A job to be made. */
export interface JobToMake {
  readonly kind: string;
  /** Whether its objects are to be changed; else they are only counted. */
  readonly isRun: boolean;
  readonly objects: JobFilter | StoredManifest;
}

/** A job that was made to count the objects of one kind. */
export interface CountedJob {
  readonly id: string;
  readonly order: JobToMake;
  readonly state: JobState;
  /** Its objects; `null`: it could not count them. */
  readonly objects: number | null;
}

/** What jobs would do to a bucket's objects. */
export interface BatchPlan {
  readonly target: CoveredBucket;
  readonly wanted: WantedObjectEncryption;
  readonly jobs: readonly CountedJob[];
  /** Why objects of a kind are not to be updated by a job, by the kind of job. */
  readonly held: Readonly<Record<string, string>>;
  /** Where objects were looked at one by one: what that found. */
  readonly looks: BackfillPlan | null;
  /** What is to be updated, where objects were looked at. */
  readonly list: ObjectList | null;
}

/** Objects in a file, a row each. */
export interface ObjectList {
  readonly file: string;
  /** Whether each row names a version. */
  readonly hasVersions: boolean;
}

/** The objects that jobs would update. */
export function objectsToUpdate({ jobs, looks }: BatchPlan): number {
  if (looks !== null) return (looks.tally.todo.update ?? 0) - looks.tally.observed;
  return jobs.reduce((sum, { order, objects }) => sum + (order.isRun ? (objects ?? 0) : 0), 0);
}

/** Whether everything was counted: what was not is no nothing. */
export function isCounted({ jobs, looks }: BatchPlan): boolean {
  return jobs.every(({ objects }) => objects !== null) && looks?.tally.todo.unreadable === undefined;
}

/** Objects by their state, as jobs count them: AWS has no filter for other keys than one. */
export function statesByJobs({ jobs }: BatchPlan): Partial<Record<ObjectState, number>> {
  const counted = (kind: string) => jobs.find(({ order }) => order.kind === kind)?.objects ?? null;
  const [kms, declared, differs] = [counted("kms"), counted("declared-key"), counted("bucket-key")];
  const states = {
    "as declared": difference(declared, differs),
    "SSE-S3": counted("sse-s3"),
    "other key": difference(kms, declared),
    "bucket key differs": differs,
    DSSE: counted("dsse"),
    "SSE-C": counted("sse-c"),
    unencrypted: counted("none"),
  } as const;
  return Object.fromEntries(Object.entries(states).filter(([, number]) => number !== null && number > 0));
}

/** Objects under other keys than the declared one that nobody has named. */
export function unknownKeys(plan: BatchPlan): number {
  const named = plan.jobs.filter(({ order }) => order.kind.startsWith("arn:"));
  const sum = named.reduce((all, { objects }) => all + (objects ?? 0), 0);
  return Math.max(0, (statesByJobs(plan)["other key"] ?? 0) - sum);
}

// --- internal ---

/** The jobs count one after the other, and objects are written meanwhile: never below zero. */
function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(0, a - b);
}
