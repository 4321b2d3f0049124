import { setTimeout as sleep } from "node:timers/promises";
import { type DescribedJob, type JobState, jobState } from "#core/jobs/job-state";
import type { BucketRef } from "#core/names";
import { RetryableError } from "#core/retryable";
import type { StageJobs } from "./stage-jobs.ts";

/** A job as it was last described; `null`: it is not to be seen yet. */
export type Described = DescribedJob | null;

/** What to wait for. */
export interface Awaited {
  readonly isReached: (state: JobState) => boolean;
  /** Called after each look at all of them. */
  readonly looked?: (jobs: readonly Described[]) => void;
  /** Whether to wait no longer. */
  readonly isStopped?: () => boolean;
}

/** Asks about jobs until all of them are as awaited; returns them as they were seen last. */
export async function awaitJobs(
  jobs: StageJobs,
  ref: BucketRef,
  ids: readonly string[],
  { isReached, looked, isStopped }: Awaited,
): Promise<readonly Described[]> {
  const seen = new Map<string, DescribedJob>();
  const reached = (id: string) => {
    const job = seen.get(id);
    return job !== undefined && isReached(jobState(job));
  };
  let failed = 0;
  for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 1.3)) {
    for (const id of ids.filter((each) => !reached(each))) {
      try {
        const job = await jobs.look(ref, id);
        if (job !== null) seen.set(id, job);
        failed = 0;
      } catch (error) {
        if (!(error instanceof RetryableError) || ++failed > PATIENCE) throw error;
      }
    }
    const all = ids.map((id) => seen.get(id) ?? null);
    looked?.(all);
    if (ids.every(reached) || isStopped?.() === true) return all;
    await sleep(pause);
  }
}

// --- internal ---

/** Milliseconds between two looks. */
const FIRST = 200;
const LONGEST = 15_000;
/** Looks that may fail one after the other, each after the SDK's own retries. */
const PATIENCE = 10;
