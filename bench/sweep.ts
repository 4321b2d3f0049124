import { dayOf } from "./cost/sweep-day.ts";
import { besideCustodian } from "./custodian/beside.ts";
import { liveRepairs } from "./drill/live-repairs.ts";
import { type SideBySide, sweepBesideBare } from "./drill/sweep-beside-bare.ts";
import { type Swept, sweeper } from "./drill/sweeper.ts";
import { report } from "./report/report.ts";
import { custodianRow, dayRows, liveRow, sweepRows } from "./report/sweep-rows.ts";
import { fleet, unheard } from "./stage/fleet.ts";
import { newBucket, onStage, type Stage, untilDeclared } from "./stage/stage.ts";

/**
 * A sweep of 1,000 buckets, 100 of them wrong, next to a bare client and to Cloud Custodian; live
 * repairs beside sweeps; and a day of 100,000 buckets, by calculation from the measured calls.
 * ROUNDS (default 2) alternating rounds.
 *
 *     npm run bench:sweep -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 2) || 2;
const BUCKETS = 1_000;
const WRONG = 100;
/** Repairs beside sweeps, and as many without. */
const LIVE = 40;
/** A fifth of the buckets, as many of them wrong in proportion: Custodian takes its time. */
const FEWER = 5;
const MANY = 100_000;
const REPAIRS = 1_000;
/** Of the bucket function, for sweeps: the stack's default. */
const INSTANCES = 2;

await onStage(50, async (stage) => {
  const names = await fleet(stage, BUCKETS);
  const sweep = await sweeper(stage);
  // It makes the buckets known.
  await unheard(stage, sweep);
  const calm: SideBySide[] = [];
  const stormy: SideBySide[] = [];
  for (let round = 0; round < rounds; round++) {
    calm.push(await sweepBesideBare(stage, sweep, [], round % 2 === 0));
  }
  for (let round = 0; round < rounds; round++) {
    const wrong = names.slice(round * WRONG, (round + 1) * WRONG);
    stormy.push(await sweepBesideBare(stage, sweep, wrong, round % 2 === 1));
  }
  const live = await besideSweeps(stage, sweep);
  const theirs = await besideCustodian(stage, BUCKETS / FEWER, WRONG / FEWER);
  const [first, other] = [calm, stormy].map((all) => all.at(-1)?.swept) as [Swept, Swept];
  const day = dayOf(MANY, REPAIRS, first, other, INSTANCES);
  report(
    "sweep",
    [...sweepRows(calm, stormy), liveRow(live), custodianRow(theirs), ...dayRows(MANY, REPAIRS, day)],
    [
      `${BUCKETS} buckets; ${rounds} alternating rounds, the wrong buckets being others in each; medians of the rounds' ratios and of the values. A sweep is timed from its start message to its result in the ledger.`,
      "The bare client lists the buckets, reads each, writes the wrong ones and reads them again, 20 at once; it judges, records and tells nothing. Events of both are lost on purpose, so that no live look is counted.",
      `Live repairs: ${LIVE} one after the other, by the caller's clock, alone and then while one sweep of all buckets follows the other. The local AWS is one process, for which both compete.`,
      `Cloud Custodian 0.9.53 in an environment of its own, ${BUCKETS / FEWER} buckets of another account, ${WRONG / FEWER} wrong, Python's start included; its calls are counted in the call log, those of the bare client over the same buckets beside them.`,
      `A day: one sweep of ${MANY.toLocaleString("en")} buckets, of which it repairs ${REPAIRS.toLocaleString("en")}. Calls a second are those of the lane's ${INSTANCES} instances at the pace of the local AWS; calls to AWS take longer, so they are fewer there. Prices: see bench:object-cost.`,
    ],
  );
});

// --- internal ---

interface LiveRepairs {
  readonly without: readonly number[];
  readonly beside: readonly number[];
}

/** Repairs by events, first alone and then while one sweep follows the other. */
async function besideSweeps(stage: Stage, sweep: () => Promise<Swept>): Promise<LiveRepairs> {
  const buckets: string[] = [];
  for (let at = 0; at < 10; at++) buckets.push(await newBucket(stage, `bench-live-${at}`));
  for (const bucket of buckets) await untilDeclared(stage, bucket, 100);
  const without = await liveRepairs(stage, buckets, (repairs) => repairs.length >= LIVE);
  const sweeps: Swept[] = [];
  let isEnough = false;
  const sweeping = (async () => {
    while (!isEnough) sweeps.push(await sweep());
  })();
  const repairs = await liveRepairs(stage, buckets, (so) => so.length >= LIVE);
  isEnough = true;
  await sweeping;
  const during = repairs.filter(({ began }) => sweeps.some((each) => began >= each.began && began <= each.ended));
  return {
    without: without.map(({ milliseconds }) => milliseconds),
    beside: during.map(({ milliseconds }) => milliseconds),
  };
}
