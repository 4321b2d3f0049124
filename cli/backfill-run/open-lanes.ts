import type { Deployment } from "#core/stage/deployment";
import { openStageJobs, type StageJobs } from "../backfill-batch/stage-jobs.ts";
import type { Session } from "../session/session.ts";
import { openBackfills, type StageBackfills } from "./stage-backfills.ts";

/** The ways in which a stage brings existing objects to what is declared; `null`: it lacks one. */
export interface OpenLanes {
  readonly backfills: StageBackfills | null;
  readonly jobs: StageJobs | null;
}

/** @throws CliError if the stage has neither */
export async function openLanes(session: Session, deployment: Deployment): Promise<OpenLanes> {
  const jobs = deployment.batchJobRoleArn === undefined ? null : await openStageJobs(session, deployment);
  const isListed = deployment.backfillRoleArn !== undefined || jobs === null;
  return { backfills: isListed ? await openBackfills(session, deployment) : null, jobs };
}
