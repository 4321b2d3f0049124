import { claimCurrent, currentRun, readLast } from "#aws/runs/pointers";
import { moveRun, putRun, readRun } from "#aws/runs/runs";
import { RetryableError } from "#core/retryable";
import type { StartMessage } from "#core/sweep/messages";
import { isStale, isUnderWay, newRun, type Run } from "#core/sweep/run";
import { alertId } from "../runtime/alert-id.ts";
import { logger } from "../runtime/telemetry.ts";
import { CLOSE_AFTER, type Delivery } from "./delivery.ts";
import { sendPending } from "./resume.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Begins a run where the function is at work. A sweep is not begun while one is under way: two
 * starts make one, and one that died goes on with what it has not done. A push always begins, and
 * takes over what the one before left.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function beginRun(shared: SweepShared, message: StartMessage, delivery: Delivery): Promise<void> {
  const { ledger, scope, clock, of } = shared;
  const { kind, by } = message;
  const { messageId } = delivery;
  const current = await currentRun(ledger, scope, kind);
  const found = current === null ? null : await readRun(ledger, scope, current);
  const isOther = found !== null && found.message !== messageId;
  if (kind === "sweep" && isOther && isUnderWay(found)) return goOn(shared, found);
  if ((await readLast(ledger, scope, kind))?.run.endsWith(suffixOf(delivery)) === true) {
    logger.info("a start came again after its run had ended", { message: messageId });
    return;
  }
  const given = { id: idOf(shared, message, delivery, found), kind, by, message: messageId };
  const run = newRun(
    { ...given, ...(kind === "push" ? await pushed(shared, message, isOther ? found : null) : {}) },
    clock.now(),
  );
  // A push that is delivered again must find what it takes over.
  if (kind === "push") await putRun(ledger, scope, run);
  if (!(await claimCurrent(ledger, scope, run, current))) {
    logger.info("another start was faster", { run: run.id });
    if (kind === "push") throw new RetryableError("another push was faster: this one takes it over");
    return;
  }
  await putRun(ledger, scope, run);
  logger.info("run started", { run: run.id, kind, by });
  const wait = kind === "push" ? UNTIL_SEEN : 0;
  await shared.later({ schema: "bucketseal.names/1", run: run.id, token: null, ...of }, wait, 1);
  await shared.later({ schema: "bucketseal.close/1", run: run.id, ...of }, CLOSE_AFTER, 1);
  // The keys of a member are looked at once it is known in which Regions it has buckets.
  if (of.account !== undefined) return;
  await shared.later({ schema: "bucketseal.keys/1", arns: null, trigger: null, again: false }, wait, 1);
  if (kind === "sweep" && shared.jobs !== null) await shared.later({ schema: "bucketseal.missed-jobs/1" }, 0, 1);
}

// --- internal ---

/**
 * Seconds after which every instance of the bucket function goes by what was pushed: it asks each
 * ten.
 */
const UNTIL_SEEN = 12;

async function goOn(shared: SweepShared, run: Run): Promise<void> {
  if (!isStale(run, shared.clock.now())) {
    logger.info("a run is under way", { run: run.id, touched: run.touched });
    return;
  }
  await sendPending(shared, run);
}

/** The start that is delivered twice goes on with the run it began. */
function idOf({ of, clock }: SweepShared, { kind, to }: StartMessage, delivery: Delivery, found: Run | null): string {
  if (found?.message === delivery.messageId) return found.id;
  if (kind === "push") return `push-${to}${suffixOf(delivery)}`;
  const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(":", "");
  return `${time}${of.account === undefined ? "" : `-${of.account}`}${suffixOf(delivery)}`;
}

/** By what a run's id shows which message began it. */
function suffixOf({ messageId }: Delivery): string {
  return `-${alertId(messageId).slice(0, 8)}`;
}

/**
 * What a push takes over from the one before it, if that has not ended, halted or not: the batches
 * that are not done, and, where its buckets were still being listed, its version too.
 */
async function pushed(shared: SweepShared, { to, from = 0 }: StartMessage, found: Run | null) {
  const { ledger, scope, clock } = shared;
  const own = { ...(to === undefined ? {} : { to }), from: [from] };
  if (found === null || found.state === "done") return own;
  const move = { from: ["listing", "running", "halted"], to: "superseded", now: clock.now() } as const;
  await moveRun(ledger, scope, found.id, move);
  return { ...own, takesOver: found.id, from: [from, ...(found.batches === 0 ? found.from : [])] };
}
