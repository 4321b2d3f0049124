import * as z from "zod";
import { loopEnvironment, onOff, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment.extend({
  /** The lane: buckets of runs, beside the events. */
  LANE_QUEUE_URL: z.string(),
  LANE_DEAD_LETTER_QUEUE_URL: z.string(),
  /** Told when the last batch of a run is done. */
  SWEEP_QUEUE_URL: z.string(),
  /** Whether the stack granted the right to switch a bucket's events on. */
  MANAGE_NOTIFICATIONS: onOff,
  /** How many days an entry of a bucket's history is kept. */
  HISTORY_DAYS: z.coerce.number().int().positive(),
  /** With the stack's option for existing objects: the queue of the function that lists them. */
  BACKFILL_QUEUE_URL: z.string().optional(),
  /** Seconds for which the backfill of a window waits for the window's end, at most. */
  DRIFT_WAIT_SECONDS: z.coerce.number().int().min(0).max(900).optional(),
});

/** The configuration that the stack gives the bucket function. */
export type BucketEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any message is taken. */
export function bucketEnvironment(variables: Variables): BucketEnvironment {
  return schema.parse(variables);
}
