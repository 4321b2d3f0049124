import type { BucketRef } from "#core/names";
import { laneFor } from "./lane.ts";
import type { BackfillPlan } from "./plan-bucket-objects.ts";
import { objectStates } from "./state-of.ts";

/** The JSON shape of one bucket's plan, as TypeScript. */
export const backfillPlanShape = `{ bucket, region, account, rule: string, mode: "observe" | "enforce",
  selection: { prefix, versions: "current" | "all", since: string | null, until: string | null },
  listed: number, looked: number, bytes: number,   // looked: fewer than listed with --sample; bytes of those looked at
  states: { [state]: number },   // ${objectStates.map((state) => `"${state}"`).join(" | ")}
  traits: { [trait]: number }, todo: { [update | copy | copyLarge | outcome]: number }, observed: number,
  reasons: { [code]: { count, text } }, samples: { key, versionId, todo, reason }[],   // at most 20
  cost: { pricesOf, requests: { list, look, update, copy, kms }, usd: { requests, kms, storageMonthly, dataEvents } },
  seconds: number, lane: "listed" | "batch" }   // cost and seconds: of all that are listed`;

/** One bucket of the JSON document. */
export function backfillPlanDocument(plan: BackfillPlan): Record<string, unknown> {
  const { ref, rule, selection, listed, tally, cost } = plan;
  const { looked, bytes, states, traits, todo, observed, reasons, samples } = tally;
  return {
    ...bucketFields(ref),
    rule: rule.id,
    mode: rule.mode === "observe" ? "observe" : rule.objects?.atRest,
    selection,
    listed,
    looked,
    bytes,
    states,
    traits,
    todo,
    observed,
    reasons,
    samples,
    cost,
    seconds: planSeconds(plan),
    lane: laneFor(listed),
  };
}

/** About how long the whole pass takes from here, at the rate of the looks so far. */
export function planSeconds({ rate, cost: { requests } }: BackfillPlan): number {
  return rate === 0 ? 0 : Math.ceil((requests.look + requests.update + requests.copy) / rate);
}

export function bucketFields({ bucket, region, account }: BucketRef): Record<string, string> {
  return { bucket, region, account };
}
