import type { Construct } from "constructs";
import { type Line, line, type Queues, queues } from "../parts/queues.ts";
import { BUCKET_TIMEOUT, SWEEP_TIMEOUT } from "../parts/timeouts.ts";

/** The queue of the sweep function; `undelivered` is its schedule's. */
export interface SweepQueues extends Queues {
  /**
   * The lane: buckets of runs for the bucket function, so that a hundred thousand names never stand
   * before a live event.
   */
  readonly lane: Line;
}

export function sweepQueues(scope: Construct): SweepQueues {
  return { ...queues(scope, "Sweep", SWEEP_TIMEOUT), lane: line(scope, "Lane", BUCKET_TIMEOUT) };
}
