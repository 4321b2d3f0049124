import { type DoneBatch, finishBatches } from "#aws/runs/batches";
import { ALL_REGIONS, type RunScope } from "#aws/runs/items";
import { moveRun, readRun } from "#aws/runs/runs";
import { sendLater } from "#aws/sqs/queue";
import { buildRunAlert } from "#core/alert/run";
import { isComplete, mustHalt, type Run } from "#core/sweep/run";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { ledgerOf } from "./lane-looks.ts";
import type { BucketShared } from "./shared.ts";

/** The run of some batches. */
interface EndedIn {
  readonly id: string;
  readonly scope: RunScope;
  /** What was known of it before; `null`: nothing. */
  readonly before: Run | null;
}

/**
 * Ends batches of a run. Who ends the last one has the run closed; a push whose writes go wrong is
 * halted.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function endBatches(shared: BucketShared, run: EndedIn, batches: readonly DoneBatch[]): Promise<void> {
  const { scope } = run;
  await finish(shared, run, batches);
  if (isFar(run.before)) return;
  const now = await readRun(ledgerOf(shared), scope, run.id);
  if (now === null) return;
  if (mustHalt(now)) return halt(shared, scope, now);
  if (!isComplete(now)) return;
  const of = scope.region === ALL_REGIONS ? { account: scope.account } : {};
  const close = { schema: "bucketseal.close/1", run: now.id, ...of };
  await sendLater(shared.clients.sqs, shared.settings.SWEEP_QUEUE_URL, close, 0);
}

// --- internal ---

/** Together, or each by itself where another delivery of one was faster. */
async function finish(shared: BucketShared, { id: run, scope }: EndedIn, batches: readonly DoneBatch[]): Promise<void> {
  const ledger = ledgerOf(shared);
  const now = shared.ports.now();
  const areFirst = await finishBatches(ledger, scope, run, batches, now);
  for (const { batch, counts } of batches) {
    const isAlone = batches.length === 1;
    const isFirst = areFirst || (!isAlone && (await finishBatches(ledger, scope, run, [{ batch, counts }], now)));
    logger.info("batch done", { run, batch, isFirst, ...counts });
  }
}

/**
 * Batches that may be under way beside these, at most: only near the end is the run read again.
 */
const NEAR = 50;

function isFar(run: Run | null): boolean {
  return run?.kind === "sweep" && run.state === "running" && run.done + NEAR < run.batches;
}

/**
 * Stops a push whose writes go wrong, with one alert; what is pending stays so until a person
 * resumes it.
 */
async function halt(shared: BucketShared, scope: RunScope, run: Run): Promise<void> {
  const now = shared.ports.now();
  const halted = await moveRun(ledgerOf(shared), scope, run.id, { from: ["listing", "running"], to: "halted", now });
  if (halted === null) return;
  logger.warn("run halted", { run: run.id, ...halted.counts });
  metrics.addMetric("RunsHalted", "Count", 1);
  const id = alertId("halted", run.id, run.resumed.seen);
  await shared.ports.publish(buildRunAlert({ id, now, ref: scope, run: halted, before: null }));
}
