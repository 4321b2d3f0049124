import { startMeter } from "../terminal/meter.ts";
import type { Output } from "../terminal/output.ts";
import type { BatchPlan } from "./batch-plan.ts";
import { cancelIfWaiting, countByJobs } from "./plan-jobs.ts";
import type { StageJobs } from "./stage-jobs.ts";

/**
 * What the filters of jobs find after their end, by jobs that only count and are cancelled; `null`:
 * it could not be counted.
 */
export async function leftAfter(stage: StageJobs, plan: BatchPlan, out: Output): Promise<number | null> {
  const { target, wanted, jobs } = plan;
  const meter = startMeter(`counting what is left in ${target.ref.bucket}:`, out);
  const isStopped = () => false;
  try {
    const orders = jobs.map(({ order }) => order);
    const counted = await countByJobs(stage, { target, wanted, orders }, { purpose: "plan", meter, isStopped });
    for (const { id, state } of counted) {
      if (state.kind !== "nothing") await cancelIfWaiting(stage, target.ref, id);
    }
    if (counted.some(({ objects }) => objects === null)) return null;
    return counted.reduce((sum, { objects }) => sum + (objects ?? 0), 0);
  } finally {
    meter.end();
  }
}
