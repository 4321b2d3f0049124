import type { JobName } from "#core/jobs/job-name";
import type { JobState, JobUpdate } from "#core/jobs/job-state";

/** A job of S3 Batch Operations about a bucket. */
export interface BatchJob {
  readonly id: string;
  readonly name: JobName;
  /** ISO 8601; `null`: AWS does not say. */
  readonly created: string | null;
  readonly update: JobUpdate;
  readonly state: JobState;
}

/** Whether somebody has set it ready, and it has not ended. */
export function isRunningJob({ name, state }: BatchJob): boolean {
  return name.purpose === "apply" && state.kind === "running";
}

/** The JSON shape of a job, as TypeScript. */
export const batchJobShape =
  '{ id, kind, purpose, created, key, state: "preparing" | "counted" | "nothing" | "running" | "complete" | "cancelled" | "failed" | "unknown", objects?, updated?, failed?, why? }';

/** A job in the JSON document. */
export function batchJobDocument({ id, name, created, update, state }: BatchJob): Record<string, unknown> {
  const { kind: at, ...rest } = state;
  const { counts, ...facts } = "counts" in rest ? rest : { ...rest, counts: {} };
  return { id, kind: name.kind, purpose: name.purpose, created, key: update.key, state: at, ...counts, ...facts };
}
