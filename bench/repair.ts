import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { type Break, breaks } from "./drill/breaks.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { newBucket, onStage, type Stage, untilDeclared } from "./stage/stage.ts";

/**
 * Time from event to repaired, as seen by the person who breaks a bucket: from the response to
 * alice's call until GetBucketEncryption shows the declared configuration again. REPAIRS (default
 * 50) one after the other, five ways of breaking in turn, each on a bucket of its own; then all at
 * once.
 *
 *     npm run bench:repair -- [REPAIRS] [--json]
 */
const repairs = Number(process.argv[2] ?? 50) || 50;
const GOAL_MS = 2_000;
/**
 * Milliseconds between two reads: the precision of a figure, together with the time of one read.
 */
const EVERY_MS = 2;
const BURST_EVERY_MS = 20;
/** The local AWS's default between a call and its event. */
const TRAIL_DELAY_MS = 50;

await onStage(TRAIL_DELAY_MS, async (stage) => {
  const ways = breaks(await foreignKey(stage));
  const wayOf = (at: number) => ways[at % ways.length] as Break;
  const buckets = await makeBuckets(stage);
  const alone: number[] = [];
  for (const [at, bucket] of buckets.entries()) {
    alone.push(await timed(stage, bucket, wayOf(at)));
    // Out of step with anything that polls: a pause of 200 to 700 ms, in which the repair's own
    // event is processed too.
    await sleep(200 + ((at * 137) % 500));
  }
  const fresh = await makeBuckets(stage, "burst");
  const burst = await Promise.all(fresh.map((bucket, at) => timed(stage, bucket, wayOf(at), BURST_EVERY_MS)));

  const p95 = quantile(alone, 0.95);
  const rows: Row[] = [
    { what: `event to repaired, p50 of ${alone.length}`, result: durationOf(quantile(alone, 0.5)) },
    {
      what: `event to repaired, p95 of ${alone.length}`,
      result: durationOf(p95),
      goal: "<= 2 s",
      met: p95 <= GOAL_MS,
      headline: {},
    },
    { what: "event to repaired, slowest", result: durationOf(Math.max(...alone)) },
    { what: `${burst.length} buckets broken at once, p50`, result: durationOf(quantile(burst, 0.5)) },
    { what: `${burst.length} buckets broken at once, last one repaired`, result: durationOf(Math.max(...burst)) },
  ];
  report("repair", rows, [
    `Timed by the caller: from the response to alice's call until GetBucketEncryption is as declared (polled every ${EVERY_MS} ms; every ${BURST_EVERY_MS} ms in the burst).`,
    `The local AWS sends an event to EventBridge ${TRAIL_DELAY_MS} ms after the call, which the figures include; on AWS, add CloudTrail's delay (5 to 8 s where it was captured).`,
    "The function is warm. A cold start is measured by bench:bundles and bench:warm.",
  ]);
});

// --- internal ---

async function foreignKey({ sandbox }: Stage): Promise<string> {
  const { endpoint, region, users } = sandbox;
  const kms = new KMSClient({ endpoint, region, credentials: { ...users.alice } });
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ Description: "alice's own" }));
  return key?.Arn ?? "";
}

/** As many buckets as repairs, compliant, with no look left to do. */
async function makeBuckets(stage: Stage, kind = "alone"): Promise<string[]> {
  const buckets: string[] = [];
  for (let at = 0; at < repairs; at++) buckets.push(await newBucket(stage, `bench-${kind}-${at}`));
  for (const bucket of buckets) await untilDeclared(stage, bucket, 100);
  await sleep(3_000);
  return buckets;
}

async function timed(stage: Stage, bucket: string, way: Break, everyMs = EVERY_MS): Promise<number> {
  await way.call(stage, bucket);
  const answered = performance.now();
  const asked = await untilDeclared(stage, bucket, everyMs);
  if (asked === 1) throw new Error(`"${way.name}" left ${bucket} as declared: there was nothing to repair`);
  return performance.now() - answered;
}

function durationOf(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
