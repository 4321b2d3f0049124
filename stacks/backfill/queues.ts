import type { Construct } from "constructs";
import { type Line, line } from "../parts/queues.ts";
import { BACKFILL_TIMEOUT, OBJECT_TIMEOUT } from "../parts/timeouts.ts";

/** The queues of passes over existing objects. */
export interface BackfillQueues {
  /** The queue of the backfill function. */
  readonly backfill: Line;
  /**
   * Existing objects for the object function: a million names never stand before a live event.
   */
  readonly atRest: Line;
}

export function backfillQueues(scope: Construct): BackfillQueues {
  return { backfill: line(scope, "Backfill", BACKFILL_TIMEOUT), atRest: line(scope, "AtRest", OBJECT_TIMEOUT) };
}
