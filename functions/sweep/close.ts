import { saveAccount } from "#aws/members/accounts";
import { readLast, releaseCurrent, writeLast } from "#aws/runs/pointers";
import { moveRun, readRun } from "#aws/runs/runs";
import { buildRunAlert } from "#core/alert/run";
import { counted, differs } from "#core/sweep/counts";
import type { CloseMessage } from "#core/sweep/messages";
import { isComplete, isStale, isUnderWay } from "#core/sweep/run";
import { nextHop } from "../queue/hops.ts";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { CLOSE_AFTER, type Delivery } from "./delivery.ts";
import { sendPending } from "./resume.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Ends a run whose batches are all done: compares it with the one before, tells of it once if
 * something differs, and keeps its result. One that is not done is looked after later, and goes on
 * with what is pending if it has died.
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function closeRun(shared: SweepShared, message: CloseMessage, delivery: Delivery): Promise<void> {
  const { ledger, scope, clock, of } = shared;
  const run = await readRun(ledger, scope, message.run);
  if (run === null || !isUnderWay(run)) return;
  if (!isComplete(run)) {
    const hops = nextHop(delivery.hops, `run ${run.id}: ${run.done} of ${run.batches} batches are done`);
    return isStale(run, clock.now()) ? sendPending(shared, run, hops) : shared.later(message, CLOSE_AFTER, hops);
  }
  const { id, kind, by, counts, started, touched } = run;
  const last = await readLast(ledger, scope, kind);
  if (last?.run !== id) {
    // A sweep is compared with the one before; what pushes find has nothing to do with each other.
    const before = kind === "sweep" ? (last?.counts ?? null) : null;
    if (differs(counts, before)) {
      // The same content, should two deliveries tell of it.
      const alert = {
        id: alertId("run", id),
        now: Date.parse(touched),
        ref: scope,
        isMember: of.account !== undefined,
        run,
        before,
      };
      await shared.publish(buildRunAlert(alert));
    }
    await writeLast(ledger, scope, kind, { run: id, by, started, ended: touched, counts });
  }
  if ((await moveRun(ledger, scope, id, { from: ["running"], to: "done", now: clock.now() })) === null) return;
  await releaseCurrent(ledger, scope, run);
  if (of.account !== undefined && kind === "sweep")
    await saveAccount(ledger, of.account, { lastSweep: touched, counts });
  const seconds = Math.round((Date.parse(touched) - Date.parse(started)) / 1000);
  logger.info("run ended", { run: id, kind, seconds, ...counts });
  const name = kind === "sweep" ? "Sweep" : "Push";
  for (const each of counted) metrics.addMetric(`${name} ${each}`, "Count", counts[each]);
  metrics.addMetric(`${name} seconds`, "Seconds", seconds);
}
