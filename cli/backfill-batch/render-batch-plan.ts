import { safe } from "#core/safe";
import { bucketFields } from "../backfill/backfill-document.ts";
import { dollars, printBackfillPlan, stateRow } from "../backfill/render-backfill-plan.ts";
import { selectionLine } from "../backfill/selection-line.ts";
import { objectStates } from "../backfill/state-of.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { COLUMNS } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import { batchCost } from "./batch-cost.ts";
import { batchJobShape } from "./batch-job.ts";
import { type BatchPlan, isCounted, objectsToUpdate, statesByJobs, unknownKeys } from "./batch-plan.ts";

/** The JSON shape of one bucket's plan for jobs, as TypeScript. */
export const batchPlanShape = `{ bucket, region, account, rule, selection, key: string, states: { [state]: number },
  todo: { update, held, unknownKeys }: numbers, held: { [kind of job]: why }, isCounted: boolean,   // false: something is not known
  jobs: { id, kind, isRun: boolean, objects: number | null, why? }[],
  cost: { pricesOf, jobs, usd: { jobs, updates, kms, dataEvents } } }
Job: ${batchJobShape}`;

/** Prints what jobs would do to a bucket's objects, what they cannot do, and what they cost. */
export function printBatchPlan(plan: BatchPlan, out: Output): void {
  const { target, jobs, held, looks } = plan;
  if (looks !== null) {
    printBackfillPlan(looks, out);
    printCost(plan, 1, out);
    return;
  }
  const { ref, rule, selection } = target;
  out.line(out.paint("bold", `${safe(ref.bucket)}  ${safe(ref.region)}  rule ${safe(rule.id)}`));
  out.line(`  ${selectionLine(selection)}`);
  out.line(`  counted by ${plural(jobs.length, "job")} of S3 Batch Operations; replicas are left out`);
  out.line();
  const states = statesByJobs(plan);
  for (const state of objectStates) stateRow(states[state], state, state === "as declared" ? "green" : "yellow", out);
  out.line();
  out.line("  what would be done");
  const { update, unknown, mute } = todoOf(plan);
  stateRow(update, "updated in place by jobs, no byte moves", "yellow", out);
  if (mute > 0) {
    stateRow(mute, "held: DSSE, SSE-C and unencrypted objects, which no job here touches", "red", out);
  }
  if (unknown > 0) stateRow(unknown, "under keys that nobody named as wrong", "yellow", out);
  if (unknown > 0) say("--wrong-key ARN names one; --manifest looks at each object and finds all", out);
  for (const [kind, why] of Object.entries(held)) say(`no job for ${kind}: ${why}`, out);
  for (const { order, state, objects } of jobs) {
    if (objects !== null) continue;
    const why = state.kind === "failed" ? state.why : `its job is ${state.kind}`;
    say(`${order.kind} is not counted: ${why}`, out);
  }
  out.line();
  printCost(plan, 0, out);
}

/** One bucket of the JSON document of a plan. */
export function batchPlanDocument(plan: BatchPlan): Record<string, unknown> {
  const { target, wanted, held, looks } = plan;
  const { update, unknown, mute } = todoOf(plan);
  return {
    ...bucketFields(target.ref),
    rule: target.rule.id,
    selection: target.selection,
    key: wanted.key,
    states: looks?.tally.states ?? statesByJobs(plan),
    todo: { update, held: looks?.tally.todo.held ?? mute, unknownKeys: unknown },
    held,
    isCounted: isCounted(plan),
    jobs: plan.jobs.map(({ id, order: { kind, isRun }, state, objects }) => ({
      id,
      kind,
      isRun,
      objects,
      ...(state.kind === "failed" ? { why: state.why } : {}),
    })),
    cost: batchCost(plan, looks === null ? 0 : 1),
  };
}

// --- internal ---

function todoOf(plan: BatchPlan): { readonly update: number; readonly unknown: number; readonly mute: number } {
  const states = statesByJobs(plan);
  const mute = (states.DSSE ?? 0) + (states["SSE-C"] ?? 0) + (states.unencrypted ?? 0);
  return { update: objectsToUpdate(plan), unknown: unknownKeys(plan), mute };
}

function printCost(plan: BatchPlan, made: number, out: Output): void {
  const { usd, jobs, pricesOf } = batchCost(plan, made);
  const kms = usd.kms === 0 ? "" : `, at most ${dollars(usd.kms)} for KMS`;
  const trail = usd.dataEvents === 0 ? "" : `; ${dollars(usd.dataEvents)} if a trail logs their data events`;
  const text = `${dollars(usd.jobs)} for ${plural(jobs, "job")}, counting included, ${dollars(usd.updates)} for updates${kms}${trail} (prices of ${pricesOf})`;
  const [first = "", ...rest] = wrap(text, "        ", COLUMNS);
  out.line(`  cost  ${first.trimStart()}`);
  for (const line of rest) out.line(line);
  out.line("  lane  S3 Batch Operations");
  out.line();
}

function say(text: string, out: Output): void {
  for (const line of wrap(printable(text), "             ", COLUMNS)) out.line(out.paint("dim", line));
}
