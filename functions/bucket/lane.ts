import type { SQSRecord } from "aws-lambda";
import { type BatchFacts, type BatchOfRun, readBatchFacts } from "#aws/runs/batch-facts";
import type { BatchMessage } from "#core/sweep/messages";
import { isUnderWay } from "#core/sweep/run";
import type { Redelivery } from "../queue/redelivery.ts";
import { correlated } from "../runtime/correlation.ts";
import { logger } from "../runtime/telemetry.ts";
import { endBatches } from "./end-batches.ts";
import { ledgerOf, lookAtAll, refsOf, runScopeOf } from "./lane-looks.ts";
import { sendRest } from "./send-rest.ts";
import type { BucketShared } from "./shared.ts";

/** A message of the lane with its record. */
export type Delivered = readonly [record: SQSRecord, message: BatchMessage];

/**
 * Looks at the buckets of some batches, and adds what became of them to their runs. Those of sweeps
 * are begun and ended together, by two calls of the ledger; those of a push one after the other,
 * since any of them may halt it. A batch that is done, or whose run is over or halted, is dropped:
 * what is pending stays so in the ledger.
 */
export async function lookAtBatches(
  shared: BucketShared,
  delivered: readonly Delivered[],
  deadline: number,
  redelivery: Redelivery,
): Promise<void> {
  const all = withoutCopies(delivered);
  if (all.length === 0) return;
  const nameOf = (message: BatchMessage) => ({ ...message, scope: runScopeOf(shared, message) });
  const begin = async (group: readonly Delivered[], work: (facts: BatchFacts) => Promise<void>) =>
    correlated(idsOf(group), () =>
      redelivery.orRedeliver(recordsOf(group), WHAT, async () => work(await factsOf(shared, group))),
    );
  let pushes: readonly Delivered[] = [];
  await begin(all, async (facts) => {
    pushes = all.filter(([, message]) => facts.run(nameOf(message))?.kind === "push");
    const now = pushes.length === all.length ? pushes.slice(0, 1) : all.filter((each) => !pushes.includes(each));
    pushes = pushes.filter((each) => !now.includes(each));
    await lookAtGroup(shared, now, facts, deadline, redelivery);
  });
  for (const each of pushes) await begin([each], (facts) => lookAtGroup(shared, [each], facts, deadline, redelivery));
}

// --- internal ---

const WHAT = "a batch could not be looked at";

/** The same without those that SQS delivered twice at once. */
function withoutCopies(delivered: readonly Delivered[]): readonly Delivered[] {
  return [...new Map(delivered.map((each) => [`${each[1].account} ${each[1].run} ${each[1].batch}`, each])).values()];
}

function recordsOf(group: readonly Delivered[]): SQSRecord[] {
  return group.map(([record]) => record);
}

function idsOf(group: readonly Delivered[]): string[] {
  return [...new Set(group.flatMap(([, { run, batch }]) => [run, batch]))];
}

function factsOf(shared: BucketShared, group: readonly Delivered[]): Promise<BatchFacts> {
  const messages = group.map(([, message]) => message);
  const names = messages.map((message) => ({ ...message, scope: runScopeOf(shared, message) }));
  return readBatchFacts(
    ledgerOf(shared),
    names,
    messages.flatMap((message) => refsOf(shared, message)),
  );
}

/** Each step has its own messages redelivered if it fails. */
async function lookAtGroup(
  shared: BucketShared,
  group: readonly Delivered[],
  facts: BatchFacts,
  deadline: number,
  redelivery: Redelivery,
): Promise<void> {
  const nameOf = (message: BatchMessage): BatchOfRun => ({ ...message, scope: runScopeOf(shared, message) });
  const live = group.filter(([, message]) => !isDropped(facts, nameOf(message)));
  const worked = await lookAtAll(shared, live, facts.state, deadline);
  const done: (typeof worked)[number][] = [];
  for (const one of worked) {
    await redelivery.orRedeliver([one.record], WHAT, async () => {
      const counts = await sendRest(shared, one);
      if (counts !== null) done.push({ ...one, counts });
    });
  }
  for (const mine of Map.groupBy(done, ({ message }) => runNameOf(nameOf(message))).values()) {
    const name = mine[0] && nameOf(mine[0].message);
    if (name === undefined) continue;
    const batches = mine.map(({ message: { batch }, counts }) => ({ batch, counts }));
    const run = { id: name.run, scope: name.scope, before: facts.run(name) ?? null };
    const end = () => endBatches(shared, run, batches);
    await redelivery.orRedeliver(
      mine.map(({ record }) => record),
      WHAT,
      end,
    );
  }
}

function runNameOf({ scope, run }: BatchOfRun): string {
  return JSON.stringify([scope.account, scope.region, run]);
}

function isDropped(facts: BatchFacts, message: BatchOfRun): boolean {
  const run = facts.run(message);
  if (!facts.isDone(message) && run !== undefined && isUnderWay(run)) return false;
  logger.info("batch dropped", { run: message.run, batch: message.batch, state: run?.state ?? "unknown" });
  return true;
}
