import type { Day } from "../cost/sweep-day.ts";
import type { Effort } from "../custodian/beside.ts";
import type { SideBySide } from "../drill/sweep-beside-bare.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./report.ts";

const GOALS = { wall: 1.2, reads: 1.05, live: 2 };

/** The rows of sweeps without and with wrong buckets. */
export function sweepRows(calm: readonly SideBySide[], stormy: readonly SideBySide[]): Row[] {
  const seen = median(calm.map(({ swept }) => swept.counts.seen));
  const repaired = median(stormy.map(({ swept }) => swept.counts.repaired));
  const reads = median(calm.map(({ swept }) => swept.calls.filter(({ service }) => service === "s3").length / seen));
  const written = Math.max(...calm.map((each) => each.written));
  return [
    wallRow(`a sweep of ${seen} buckets, ${repaired} of them wrong`, stormy),
    callsRow(`a sweep of ${seen} buckets, ${repaired} of them wrong`, stormy),
    wallRow(`a sweep of ${seen} buckets as declared`, calm),
    callsRow(`a sweep of ${seen} buckets as declared`, calm),
    {
      what: "S3 calls of a sweep for a bucket as declared",
      result: reads.toFixed(3),
      goal: `<= ${GOALS.reads}`,
      met: reads <= GOALS.reads,
    },
    {
      what: "buckets whose item a sweep wrote though nothing changed",
      result: `${written}`,
      goal: "0",
      met: written === 0,
    },
  ];
}

/** Live repairs beside sweeps, and without. */
export function liveRow({ without, beside }: Readonly<Record<"without" | "beside", readonly number[]>>): Row {
  const [alone, p95] = [quantile(without, 0.95), quantile(beside, 0.95)];
  return {
    what: "live repair while a sweep runs, p95",
    result: `${(p95 / alone).toFixed(2)}x (${milliseconds(p95)} of ${beside.length}, without ${milliseconds(alone)})`,
    goal: `<= ${GOALS.live}x`,
    met: p95 <= GOALS.live * alone,
    headline: {},
  };
}

export function custodianRow({ custodian, bare }: Readonly<Record<"custodian" | "bare", Effort>>): Row {
  const calls = `${(custodian.calls / bare.calls).toFixed(1)}x the calls (${custodian.calls}, bare client ${bare.calls})`;
  const wall = custodian.milliseconds / bare.milliseconds;
  return {
    what: "Cloud Custodian over fewer buckets, next to the bare client",
    result: `${calls}, ${wall.toFixed(1)}x the wall time (${seconds(custodian.milliseconds)}, bare client ${seconds(bare.milliseconds)})`,
  };
}

/** A day of many buckets: how long, how fast, and for how much. */
export function dayRows(buckets: number, repairs: number, { seconds: long, rates, month }: Day): Row[] {
  const day = `a sweep a day of ${buckets.toLocaleString("en")} buckets, ${repairs.toLocaleString("en")} repaired`;
  const usd = [...month.values()].reduce((sum, each) => sum + each, 0);
  return [
    { what: `${day}: in the lane`, result: `${Math.round(long / 60)} minutes` },
    ...[...rates].map(([service, rate]) => ({
      what: `${day}: calls to ${service} a second`,
      result: rate < 10 ? rate.toFixed(1) : `${Math.round(rate)}`,
      ...quotaOf(service, rate),
    })),
    {
      what: `${day}: a month`,
      result: `${usd.toFixed(2)} USD (${[...month].map(([name, each]) => `${name} ${each.toFixed(2)}`).join(", ")})`,
      headline: {},
    },
  ];
}

// --- internal ---

/**
 * What AWS allows in a second: S3's figure is for the objects of a prefix, none is published for
 * the configuration of buckets; DynamoDB's is for the writes of one partition, a run being one;
 * KMS's is for DescribeKey. A standard queue has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
 */
const QUOTAS: Readonly<Record<string, number>> = { S3: 5_500, DynamoDB: 1_000, KMS: 2_000 };

function quotaOf(service: string, rate: number): Pick<Row, "goal" | "met"> {
  const quota = QUOTAS[service];
  return quota === undefined ? {} : { goal: `quota ${quota.toLocaleString("en")}`, met: rate <= quota };
}

function wallRow(what: string, rounds: readonly SideBySide[]): Row {
  const pairs = rounds.map(({ swept, bare }) => [swept.ended - swept.began, bare.milliseconds] as const);
  const ratio = median(pairs.map(([ours, bare]) => ours / bare));
  const [ours, bare] = [median(pairs.map(([mine]) => mine)), median(pairs.map(([, theirs]) => theirs))];
  return {
    what: `${what}, wall time`,
    result: `${ratio.toFixed(2)}x (${seconds(ours)}, bare client ${seconds(bare)})`,
    goal: `<= ${GOALS.wall}x`,
    met: ratio <= GOALS.wall,
    headline: {},
  };
}

function callsRow(what: string, rounds: readonly SideBySide[]): Row {
  const [ours, bare] = [
    median(rounds.map(({ swept }) => swept.calls.length)),
    median(rounds.map((each) => each.bare.calls)),
  ];
  return { what: `${what}, AWS calls`, result: `${(ours / bare).toFixed(2)}x (${ours}, bare client ${bare})` };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function seconds(time: number): string {
  return `${(time / 1_000).toFixed(2)} s`;
}

function milliseconds(time: number): string {
  return `${Math.round(time)} ms`;
}
