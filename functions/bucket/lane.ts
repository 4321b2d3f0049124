import type { SQSRecord } from "aws-lambda";
import { type BatchFacts, readBatchFacts } from "#aws/runs/batch-facts";
import { finishBatch } from "#aws/runs/batches";
import { moveRun, readRun } from "#aws/runs/runs";
import { sendLater, sendToDeadLetters } from "#aws/sqs/queue";
import { buildRunAlert } from "#core/alert/run";
import { waitsSince } from "#core/bucket/wait-limit";
import type { Work } from "#core/bucket/work";
import { type BucketRef, partitionOf } from "#core/names";
import { MAX_HOPS } from "#core/stage/queue";
import { addCounts, countsOf, noCounts, type RunCounts } from "#core/sweep/counts";
import type { Again, BatchMessage } from "#core/sweep/messages";
import { isComplete, isUnderWay, mustHalt, type Run } from "#core/sweep/run";
import { backoff } from "../queue/backoff.ts";
import { hopsOf } from "../queue/hops.ts";
import type { Redelivery } from "../queue/redelivery.ts";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import { attemptLook } from "./look.ts";
import type { BucketShared } from "./shared.ts";

/**
 * Looks at the buckets of one batch of a run, and adds what became of them to it. A batch that is
 * done, or whose run is over or halted, is dropped: what is pending stays so in the ledger.
 */
export async function lookAtBatch(
  shared: BucketShared,
  record: SQSRecord,
  message: BatchMessage,
  deadline: number,
  redelivery: Redelivery,
): Promise<void> {
  await redelivery.orRedeliver([record], "a batch could not be looked at", async () => {
    const { ledger, scope } = placeOf(shared);
    const works = worksOf(shared, record, message);
    const refs = works.map(({ ref }) => ref);
    const facts = await readBatchFacts(ledger, scope, message, refs);
    if (facts.isDone || facts.run === null || !isUnderWay(facts.run)) {
      logger.info("batch dropped", { run: message.run, batch: message.batch, state: facts.run?.state ?? "unknown" });
      return;
    }
    const { counts, again, seconds, causes } = await lookAtAll(shared, works, facts, deadline);
    const so = addCounts(message.counts ?? noCounts, counts);
    const hops = hopsOf(record) + 1;
    if (again.length > 0 && hops <= MAX_HOPS) {
      const rest: BatchMessage = { ...message, names: [], again, counts: so };
      await sendLater(shared.clients.sqs, shared.settings.LANE_QUEUE_URL, rest, Math.max(1, seconds), hops);
      return;
    }
    if (again.length > 0) await giveUp(shared, message, again, causes);
    await end(shared, facts, message, addCounts(so, { ...noCounts, seen: again.length, failed: again.length }));
  });
}

// --- internal ---

function placeOf({ clients, settings }: BucketShared) {
  return {
    ledger: { dynamodb: clients.dynamodb, table: settings.LEDGER_TABLE },
    scope: { account: settings.ACCOUNT_ID, region: settings.AWS_REGION },
  };
}

function worksOf({ settings }: BucketShared, record: SQSRecord, { names, again }: BatchMessage): Work[] {
  const { ACCOUNT_ID: account, AWS_REGION: region } = settings;
  const ref = (bucket: string): BucketRef => ({ partition: partitionOf(region), account, region, bucket });
  const known = { ids: [record.messageId], triggers: [], hops: hopsOf(record) };
  return [
    ...names.map((bucket) => ({ ...known, ref: ref(bucket), after: [], since: null })),
    ...again.map(({ bucket, after, since }) => ({ ...known, ref: ref(bucket), after, since })),
  ];
}

interface Looked {
  readonly counts: RunCounts;
  readonly again: Again[];
  /** Until those are looked at again. */
  readonly seconds: number;
  readonly causes: readonly string[];
}

async function lookAtAll(
  shared: BucketShared,
  works: readonly Work[],
  { states }: BatchFacts,
  deadline: number,
): Promise<Looked> {
  let counts = noCounts;
  let seconds = 0;
  const again: Again[] = [];
  const causes: string[] = [];
  await Promise.all(
    works.map(async (work) => {
      const look = await attemptLook(withState(shared, states, work.ref), work, deadline);
      if (look.kind === "looked") {
        counts = addCounts(counts, countsOf(look.outcome));
        return;
      }
      const isFailed = look.kind === "failed";
      seconds = Math.max(seconds, isFailed ? backoff(work.hops) : look.seconds);
      causes.push(isFailed ? look.cause : look.why);
      const { after } = work;
      again.push({
        bucket: work.ref.bucket,
        after: isFailed || after.includes(look.why) ? [...after] : [...after, look.why],
        since: isFailed ? work.since : waitsSince(work, look.why, shared.ports.now(), look.seconds),
      });
    }),
  );
  return { counts, again, seconds, causes };
}

/** The same, but the first read of the bucket's state is the one that was made for the batch. */
function withState(shared: BucketShared, states: BatchFacts["states"], { bucket }: BucketRef): BucketShared {
  let known = states.get(bucket);
  const { ledger } = shared.ports;
  const read: typeof ledger.read = async (ref) => {
    const first = known;
    known = undefined;
    return first ?? ledger.read(ref);
  };
  return { ...shared, ports: { ...shared.ports, ledger: { ...ledger, read } } };
}

async function giveUp(
  { clients, settings }: BucketShared,
  message: BatchMessage,
  again: readonly Again[],
  causes: readonly string[],
): Promise<void> {
  const body = JSON.stringify({ ...message, names: [], again });
  await sendToDeadLetters(clients.sqs, settings.LANE_DEAD_LETTER_QUEUE_URL, body, causes.join("; "));
}

/**
 * Batches that may be under way beside this one, at most: only near the end is the run read again.
 */
const NEAR = 50;

async function end(shared: BucketShared, { run }: BatchFacts, message: BatchMessage, counts: RunCounts): Promise<void> {
  const { ledger, scope } = placeOf(shared);
  const isFirst = await finishBatch(ledger, scope, message, counts, shared.ports.now());
  logger.info("batch done", { run: message.run, batch: message.batch, isFirst, ...counts });
  const isFar = run?.kind === "sweep" && run.state === "running" && run.done + NEAR < run.batches;
  const now = isFar ? null : await readRun(ledger, scope, message.run);
  if (now === null) return;
  if (mustHalt(now)) return halt(shared, now);
  if (!isComplete(now)) return;
  await sendLater(
    shared.clients.sqs,
    shared.settings.SWEEP_QUEUE_URL,
    { schema: "bucketseal.close/1", run: now.id },
    0,
  );
}

/**
 * Stops a push whose writes go wrong, with one alert; what is pending stays so until a person
 * resumes it.
 */
async function halt(shared: BucketShared, run: Run): Promise<void> {
  const { ledger, scope } = placeOf(shared);
  const now = shared.ports.now();
  const halted = await moveRun(ledger, scope, run.id, { from: ["listing", "running"], to: "halted", now });
  if (halted === null) return;
  logger.warn("run halted", { run: run.id, ...halted.counts });
  metrics.addMetric("RunsHalted", "Count", 1);
  const id = alertId("halted", run.id, run.resumed.seen);
  await shared.ports.publish(buildRunAlert({ id, now, ref: scope, run: halted, before: null }));
}
