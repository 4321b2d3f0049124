import { setTimeout as sleep } from "node:timers/promises";
import { billOf } from "./cost/object-bill.ts";
import { PRICES_OF, prices } from "./cost/prices.ts";
import { type Burst, bucketFor, burst } from "./drill/object-drill.ts";
import { ordinaryWrites } from "./drill/object-writes.ts";
import { report } from "./report/report.ts";
import { onStage } from "./stage/stage.ts";

/**
 * The cost of a million objects, compliant and not, by both sources of events: the calls,
 * invocations and log lines of OBJECTS (default 50) written at once, times the prices of
 * bench/cost/prices.ts.
 *
 *     npm run bench:object-cost -- [OBJECTS] [--json]
 */
const objects = Number(process.argv[2] ?? 50) || 50;
/** Milliseconds after which the buckets' own events have been processed. */
const QUIET_MS = 4_000;

await onStage(50, async (stage) => {
  const buckets = await Promise.all(
    ordinaryWrites.map(async (writes, at) => [writes, await bucketFor(stage, writes, `cost-${at}`)] as const),
  );
  await sleep(QUIET_MS);
  const bursts: Burst[] = [];
  for (const one of buckets) bursts.push(...(await burst(stage, [one], objects)));
  report(
    "object-cost",
    bursts.map((each) => ({
      what: `a million objects, ${each.writes.what}, by ${each.writes.source}`,
      result: billText(billOf(each)),
      ...(each.writes.what === "updated in place" && each.writes.source === "S3's events" ? { headline: {} } : {}),
    })),
    [
      `Calls, invocations and log lines of ${objects} objects written at once to one bucket, multiplied by prices in USD for us-east-1, collected on ${PRICES_OF}; none of them read live. Free tiers and discounts are ignored.`,
      "Lambda's time is that of the local AWS, where a call takes 3 to 10 ms; on AWS it takes longer. A batch holds up to 50. Objects that arrive one at a time cost an invocation each, and a window each if they differ.",
      "KMS is one call an update, as without a bucket key; with one it is up to 99 % less (AWS's figure). A ledger write counts as 4 KB.",
      "Data events cost money for each write, compliant or not, and for each update; a trail that exists for other reasons adds nothing. Storage of the trail's log and of the ledger is not included.",
      ...Object.values(prices).map(
        ({ usd, per, unit, source }) => `${usd} for ${per.toLocaleString("en")} ${unit}: ${source}`,
      ),
    ],
  );
});

// --- internal ---

function billText(bill: ReadonlyMap<string, number>): string {
  const total = [...bill.values()].reduce((sum, usd) => sum + usd, 0);
  const lines = [...bill].map(([name, usd]) => `${name} ${usd.toFixed(2)}`);
  return `${total.toFixed(2)} USD (${lines.join(", ")})`;
}
