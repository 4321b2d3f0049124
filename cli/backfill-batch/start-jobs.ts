import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { putManifest } from "#aws/s3control/put-manifest";
import { manifestKey } from "#core/jobs/job-name";
import { jobState } from "#core/jobs/job-state";
import { safe } from "#core/safe";
import type { LocalSettings } from "../backfill/local-ports.ts";
import { CliError } from "../error.ts";
import type { Meter } from "../terminal/meter.ts";
import { type BatchPlan, type CountedJob, objectsToUpdate } from "./batch-plan.ts";
import { cancelIfWaiting, countByJobs } from "./plan-jobs.ts";
import type { StageJobs } from "./stage-jobs.ts";

/** By what jobs are started. */
export interface Starting {
  readonly settings: LocalSettings;
  readonly stage: StageJobs;
  /** The ids of those that were set ready. */
  readonly ready: Set<string>;
}

/**
 * Sets the jobs of a plan ready; where objects were looked at, their list becomes a job first.
 * Returns those that have something to do.
 * @throws CliError if writes are paused, or a job is not as it was planned any more
 */
export async function startJobs(
  { settings, stage, ready }: Starting,
  plan: BatchPlan,
  meter: Meter,
): Promise<readonly CountedJob[]> {
  const { ref } = plan.target;
  const counted = plan.looks === null ? plan.jobs : await listedJob(settings, stage, plan, meter);
  const run = counted.filter(({ order, objects }) => order.isRun && objects !== 0);
  for (const { id, state } of run) {
    const paused = await settings.gate(ref.region);
    if (paused !== null) throw new CliError(`no job is set ready: ${paused}`, { code: "paused" });
    ready.add(id);
    if (state.kind === "running" || (await stage.move(ref, id, "Ready"))) continue;
    // Somebody was faster: set it ready too, or cancelled it.
    const now = await stage.look(ref, id);
    const kind = now === null ? "unknown" : jobState(now).kind;
    if (kind === "running" || kind === "complete") continue;
    throw new CliError(`job ${id} is ${kind} meanwhile: run the same command again`, { code: "moved" });
  }
  return run;
}

// --- internal ---

/** The job for a list; the same list makes the same job. */
async function listedJob(
  { session }: LocalSettings,
  stage: StageJobs,
  plan: BatchPlan,
  meter: Meter,
): Promise<readonly CountedJob[]> {
  const { target, wanted, list } = plan;
  const { ref } = target;
  const objects = objectsToUpdate(plan);
  if (list === null || objects === 0) return [];
  const hash = createHash("sha256");
  for await (const part of createReadStream(list.file)) hash.update(part as Buffer);
  const to = { bucket: stage.reportBucket, key: manifestKey(ref, hash.digest("hex")), hasVersions: list.hasVersions };
  const stored = await putManifest(session.s3(ref.region), ref, to, {
    body: createReadStream(list.file),
    size: (await stat(list.file)).size,
  });
  const orders = [{ kind: "listed", isRun: true, objects: stored }];
  const isStopped = () => false;
  const made = await countByJobs(stage, { target, wanted, orders }, { purpose: "apply", meter, isStopped });
  const [job] = made;
  if (job?.objects === objects) return made;
  const why =
    job?.state.kind === "failed" ? job.state.why : `it counts ${job?.objects ?? "nothing"} of ${objects} objects`;
  if (job !== undefined) await cancelIfWaiting(stage, ref, job.id);
  throw new CliError(`the job for the list is not set ready: ${safe(why, 300)}`, { code: "list-refused" });
}
