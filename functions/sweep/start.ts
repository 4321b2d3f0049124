import { claimCurrent, currentRun } from "#aws/runs/pointers";
import { putRun, readRun } from "#aws/runs/runs";
import type { StartMessage } from "#core/sweep/messages";
import { isStale, isUnderWay, newRun, type Run } from "#core/sweep/run";
import { alertId } from "../runtime/alert-id.ts";
import { logger } from "../runtime/telemetry.ts";
import { CLOSE_AFTER, type Delivery } from "./delivery.ts";
import { sendPending } from "./resume.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Begins a run, unless one of its kind is under way: two starts make one. A run that died goes on
 * with what it has not done.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function startRun(shared: SweepShared, message: StartMessage, delivery: Delivery): Promise<void> {
  const { ledger, scope, clock } = shared;
  const { kind, by } = message;
  const current = await currentRun(ledger, scope, kind);
  const found = current === null ? null : await readRun(ledger, scope, current);
  if (found !== null && isUnderWay(found) && found.message !== delivery.messageId) return goOn(shared, found);
  const run = newRun({ id: idOf(delivery, clock.now(), found), kind, by, message: delivery.messageId }, clock.now());
  if (!(await claimCurrent(ledger, scope, run, current))) {
    logger.info("another start was faster", { run: run.id });
    return;
  }
  await putRun(ledger, scope, run);
  logger.info("run started", { run: run.id, kind, by });
  await shared.later({ schema: "bucketseal.names/1", run: run.id, token: null }, 0, 1);
  await shared.later({ schema: "bucketseal.close/1", run: run.id }, CLOSE_AFTER, 1);
}

// --- internal ---

async function goOn(shared: SweepShared, run: Run): Promise<void> {
  if (!isStale(run, shared.clock.now())) {
    logger.info("a run is under way", { run: run.id, touched: run.touched });
    return;
  }
  await sendPending(shared, run);
}

/** The start that is delivered twice goes on with the run it began. */
function idOf({ messageId }: Delivery, now: number, found: Run | null): string {
  if (found?.message === messageId) return found.id;
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(":", "")}-${alertId(messageId).slice(0, 8)}`;
}
