import { type BatchPlan, objectsToUpdate } from "./batch-plan.ts";

/** What jobs cost, in USD. */
export interface BatchCost {
  readonly pricesOf: string;
  readonly jobs: number;
  readonly usd: {
    /** For each job, also one that is cancelled, and for its objects. */
    readonly jobs: number;
    readonly updates: number;
    /** At most. */
    readonly kms: number;
    /** If a trail logs the data events of these objects. */
    readonly dataEvents: number;
  };
}

/**
 * What the jobs of a plan cost, those included that only count. What AWS charges for finding the
 * objects of a filter is not published with these prices, and not among them.
 * @param made - jobs that are made beside those of the plan
 */
export function batchCost(plan: BatchPlan, made = 0): BatchCost {
  const objects = objectsToUpdate(plan);
  const jobs = plan.jobs.length + made;
  return {
    pricesOf: PRICES_OF,
    jobs,
    usd: {
      jobs: cents(jobs * USD.job + objects * USD.object),
      updates: cents(objects * USD.update),
      // Decrypt under the old key and GenerateDataKey under the new one; a bucket key saves most.
      kms: plan.wanted.bucketKey ? 0 : cents(objects * 2 * USD.kms),
      dataEvents: cents(objects * USD.dataEvent),
    },
  };
}

// --- internal ---

/**
 * Prices in us-east-1, and when they were collected; bench/cost/prices.ts has sources of most of
 * them. Those of jobs are third-party (Yelp's engineering blog, September 2025).
 */
const PRICES_OF = "2026-11-21";
const USD = {
  job: 0.25,
  object: 1 / 1_000_000,
  /** UpdateObjectEncryption; that it counts as a PUT is not verified. */
  update: 0.005 / 1_000,
  kms: 0.03 / 10_000,
  dataEvent: 0.1 / 100_000,
};

/** Hundredths of a cent are enough. */
function cents(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
