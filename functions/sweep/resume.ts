import { type Batch, batchesOf } from "#aws/runs/batches";
import { currentRun } from "#aws/runs/pointers";
import { moveRun, readRun } from "#aws/runs/runs";
import type { ResumeMessage } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import { logger } from "../runtime/telemetry.ts";
import { CLOSE_AFTER } from "./delivery.ts";
import { sendBatches } from "./send-batches.ts";
import type { SweepShared } from "./shared.ts";

/** Goes on with a run that was halted, as a person asked. */
export async function resumeRun(shared: SweepShared, { kind, by }: ResumeMessage): Promise<void> {
  const { ledger, scope } = shared;
  const current = await currentRun(ledger, scope, kind);
  const run = current === null ? null : await readRun(ledger, scope, current);
  if (run?.state !== "halted") return;
  logger.info("run resumed", { run: run.id, by });
  await sendPending(shared, run);
}

/**
 * Sends what is left of a run again, if nothing has happened to it since it was read: its names,
 * and the batches that are not done.
 * @param hops - of the message that looks after the run's end
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function sendPending(shared: SweepShared, run: Run, hops = 1): Promise<void> {
  const { ledger, scope, clock } = shared;
  const isHalted = run.state === "halted";
  const listed = run.batches > 0 ? "running" : "listing";
  const to = isHalted ? listed : run.state;
  const forgiven = isHalted ? { resumed: run.counts } : {};
  const move = { from: [run.state], to, now: clock.now(), touched: run.touched, ...forgiven };
  const moved = await moveRun(ledger, scope, run.id, move);
  if (moved === null) return;
  logger.info("what is left of a run is sent again", { run: run.id, state: to, done: run.done, batches: run.batches });
  const pending: Batch[] = [];
  if (to === "listing")
    await shared.later({ schema: "bucketseal.names/1", run: run.id, token: null, ...shared.of }, 0, 1);
  else {
    for await (const batch of batchesOf(ledger, scope, run.id)) if (batch.state === "pending") pending.push(batch);
    await sendBatches(shared, run, pending);
  }
  const isOver = to === "running" && pending.length === 0;
  await shared.later({ schema: "bucketseal.close/1", run: run.id, ...shared.of }, isOver ? 0 : CLOSE_AFTER, hops);
}
