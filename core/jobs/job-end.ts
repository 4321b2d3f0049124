import type { BucketRef } from "#core/names";
import type { JobFailures } from "./job-failures.ts";
import type { JobState } from "./job-state.ts";

/** What became of a job that people started, as it is told and remembered. */
export interface JobEnd {
  readonly id: string;
  readonly ref: BucketRef;
  /** The kind of its objects. */
  readonly kind: string;
  readonly state: "complete" | "cancelled" | "failed";
  /** Why it failed; `null`: it did not. */
  readonly why: string | null;
  /** ISO 8601; `null`: AWS does not say. */
  readonly created: string | null;
  /** ISO 8601: when it was seen to have ended. */
  readonly ended: string;
  readonly objects: number;
  readonly updated: number;
  readonly failed: number;
  /** By its completion report; `null`: it could not be read. */
  readonly failures: JobFailures | null;
}

/**
 * What there is to tell of a job by its state; `null`: nothing. That it found no object, or was
 * cancelled before it touched any, is known to who started it.
 */
export function newsOf(state: JobState): Pick<JobEnd, "state" | "why" | "objects" | "updated" | "failed"> | null {
  if (!("counts" in state)) return null;
  const { kind, counts } = state;
  if (kind === "running" || (kind === "cancelled" && counts.updated + counts.failed === 0)) return null;
  return { state: kind, why: "why" in state ? state.why : null, ...counts };
}
