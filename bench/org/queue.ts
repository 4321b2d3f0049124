/** Work that arrives at a queue. */
export interface Job {
  /** Seconds. */
  readonly at: number;
  /** Seconds that an instance works on it. */
  readonly takes: number;
  /** Whether its wait is measured. */
  readonly isWatched?: boolean;
}

/** What became of the work. */
export interface Worked {
  /** Seconds from arrival to end of the watched jobs. */
  readonly waits: readonly number[];
  /** Seconds: when the last job ended. */
  readonly end: number;
  /** Seconds of work in all. */
  readonly busy: number;
}

/**
 * A queue with some workers: each takes the oldest job when it is free. As SQS and Lambda do it but
 * for batches, which share an invocation, and for the seconds in which instances are added.
 */
export function workThrough(jobs: readonly Job[], workers: number): Worked {
  const free = Array.from({ length: workers }, () => 0);
  const waits: number[] = [];
  let end = 0;
  let busy = 0;
  for (const { at, takes, isWatched } of jobs.toSorted((a, b) => a.at - b.at)) {
    const worker = free.indexOf(Math.min(...free));
    const done = Math.max(at, free[worker] ?? 0) + takes;
    free[worker] = done;
    end = Math.max(end, done);
    busy += takes;
    if (isWatched === true) waits.push(done - at);
  }
  return { waits, end, busy };
}
