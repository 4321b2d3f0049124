import { setTimeout as sleep } from "node:timers/promises";
import type { RunScope } from "#aws/runs/items";
import { currentRun, readLast } from "#aws/runs/pointers";
import { readRun } from "#aws/runs/runs";
import type { Table } from "#aws/table";
import { isStale, isUnderWay, type Run, type RunKind } from "#core/sweep/run";
import { CliError } from "../error.ts";
import type { Output } from "../terminal/output.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/** A ledger and the place whose runs are followed. */
export interface RunsPlace {
  readonly ledger: Table;
  readonly scope: RunScope;
}

/** The run of a kind that is under way; `null`: there is none. */
export async function runUnderWay({ ledger, scope }: RunsPlace, kind: RunKind): Promise<Run | null> {
  const id = await currentRun(ledger, scope, kind);
  const run = id === null ? null : await readRun(ledger, scope, id);
  return run !== null && isUnderWay(run) ? run : null;
}

/**
 * Waits for the run that a message started, or that was under way when it came.
 * @throws CliError if no run begins within a minute
 */
export async function awaitRun(place: RunsPlace, kind: RunKind, message: string): Promise<Run> {
  const { ledger, scope } = place;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(EVERY)) {
    const [current, last] = await Promise.all([currentRun(ledger, scope, kind), readLast(ledger, scope, kind)]);
    for (const id of [current, last?.run]) {
      const run = id === null || id === undefined ? null : await readRun(ledger, scope, id);
      if (run !== null && (run.message === message || (id === current && isUnderWay(run)))) return run;
    }
  }
  throw new CliError("nobody took the message within a minute: is the sweep function running? (docs/runbook.md)", {
    code: "not-started",
  });
}

/**
 * Follows a run to its end with a progress bar; returns it as it ended.
 * @throws CliError if it makes no progress any more
 */
export async function followRun({ ledger, scope }: RunsPlace, run: Run, out: Output): Promise<Run> {
  let bar: Progress | null = null;
  let shown = 0;
  try {
    for (let now = run; ; await sleep(EVERY)) {
      now = (await readRun(ledger, scope, run.id)) ?? now;
      if (now.batches > 0) bar ??= startProgress("batches", now.batches, out);
      for (; shown < now.done && bar !== null; shown++) bar.tick();
      if (!isUnderWay(now)) return now;
      if (isStale(now, Date.now())) {
        throw new CliError(
          `run ${run.id} has made no progress since ${now.touched} (${now.done} of ${now.batches} batches are done): start it again to go on with it`,
          { code: "stalled" },
        );
      }
    }
  } finally {
    bar?.end();
  }
}

// --- internal ---

const PATIENCE = 60_000;
const EVERY = 300;
