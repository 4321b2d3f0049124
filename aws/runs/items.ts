import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ItemKey } from "#aws/ledger/item-keys";
import { counted, noCounts, type RunCounts } from "#core/sweep/counts";
import type { Run, RunKind } from "#core/sweep/run";

/** Where a run takes place; a member account's covers all of its Regions (`ALL_REGIONS`). */
export interface RunScope {
  readonly account: string;
  readonly region: string;
}

export const ALL_REGIONS = "all";

/** The pointer to the run of a kind that is under way. */
export function currentKey(scope: RunScope, kind: RunKind): ItemKey {
  return { pk: { S: place(scope) }, sk: { S: `CURRENT#${kind}` } };
}

/** The result of the last run of a kind. */
export function lastKey(scope: RunScope, kind: RunKind): ItemKey {
  return { pk: { S: place(scope) }, sk: { S: `LAST#${kind}` } };
}

/** Until when the last digest went. */
export function digestKey(scope: RunScope): ItemKey {
  return { pk: { S: place(scope) }, sk: { S: "DIGEST" } };
}

export function runKey(scope: RunScope, run: string): ItemKey {
  return { pk: { S: `${place(scope)}#${run}` }, sk: { S: "RUN" } };
}

export function batchKey(scope: RunScope, run: string, batch: string): ItemKey {
  return { pk: { S: `${place(scope)}#${run}` }, sk: { S: `BATCH#${batch}` } };
}

/** Seconds for which a run and its batches are kept. */
export const RUN_SECONDS = 30 * 86_400;

type Item = Record<string, AttributeValue>;

/** Counts as attributes of their own, so that they can be added to. */
export function countAttributes(counts: RunCounts): Item {
  return Object.fromEntries(counted.map((name) => [name, { N: String(counts[name]) }]));
}

export function countsOfItem(item: Readonly<Item>): RunCounts {
  return Object.fromEntries(counted.map((name) => [name, Number(item[name]?.N ?? 0)])) as RunCounts;
}

/** A run's attributes but for its key. */
export function runAttributes({ counts, batches, done, resumed, ...run }: Run): Item {
  return {
    resumed: { S: JSON.stringify(resumed) },
    ...countAttributes(counts),
    batches: { N: String(batches) },
    done: { N: String(done) },
    state: { S: run.state },
    touched: { S: run.touched },
    run: { S: JSON.stringify(run) },
  };
}

export function runOfItem(item: Readonly<Item>): Run {
  const rest = JSON.parse(item.run?.S ?? "{}") as Omit<Run, "counts" | "batches" | "done" | "resumed">;
  return {
    ...rest,
    state: (item.state?.S ?? rest.state) as Run["state"],
    touched: item.touched?.S ?? rest.touched,
    batches: Number(item.batches?.N ?? 0),
    done: Number(item.done?.N ?? 0),
    counts: countsOfItem(item),
    resumed: JSON.parse(item.resumed?.S ?? JSON.stringify(noCounts)) as RunCounts,
  };
}

// --- internal ---

function place({ account, region }: RunScope): string {
  return `RUN#${account}#${region}`;
}
