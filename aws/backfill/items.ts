import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ItemKey } from "#aws/ledger/item-keys";
import type { Backfill, BackfillState, ResumePoint } from "#core/backfill/backfill";
import { type BackfillCounts, type BackfillSample, MAX_BACKFILL_SAMPLES } from "#core/backfill/counts";
import type { BucketRef } from "#core/names";

/** The pointer to a bucket's last backfill. */
export function pointerKey(ref: BucketRef): ItemKey {
  return { pk: { S: place(ref) }, sk: { S: "CURRENT" } };
}

export function backfillKey(ref: BucketRef, id: string): ItemKey {
  return { pk: { S: `${place(ref)}#${id}` }, sk: { S: "BACKFILL" } };
}

/** A batch that is not done; one that is has no item. */
export function objectBatchKey(ref: BucketRef, id: string, batch: string): ItemKey {
  return { pk: { S: `${place(ref)}#${id}` }, sk: { S: `BATCH#${batch}` } };
}

/** A backfill that was asked for by something that must not be lost. */
export function requestKey(ref: BucketRef, id: string): ItemKey {
  return { pk: { S: place(ref) }, sk: { S: `REQUEST#${id}` } };
}

/** What became of a job of S3 Batch Operations about a bucket. */
export function jobKey({ account, region, bucket }: BucketRef, id: string): ItemKey {
  return { pk: { S: `JOB#${account}#${region}#${bucket}` }, sk: { S: id } };
}

/** Seconds for which a backfill is kept, and what it has left to do. */
export const BACKFILL_SECONDS = 90 * 86_400;

type Item = Record<string, AttributeValue>;

/** A backfill's attributes but for its key: those that are added to are numbers of their own. */
export function backfillAttributes(backfill: Backfill): Item {
  const { state, touched, point, isListed, pages, listed, batches, done, counts, samples, why, ...rest } = backfill;
  return {
    state: { S: state },
    touched: { S: touched },
    point: pointItem(point),
    isListed: { BOOL: isListed },
    pages: { N: String(pages) },
    listed: { N: String(listed) },
    batches: { N: String(batches) },
    done: { N: String(done) },
    ...Object.fromEntries(countAdditions(counts)),
    samples: { L: samples.map(sampleOf) },
    ...(why === null ? {} : { why: { S: why } }),
    backfill: { S: JSON.stringify(rest) },
  };
}

export function backfillOfItem(item: Readonly<Item>): Backfill {
  const rest = JSON.parse(item.backfill?.S ?? "{}") as Pick<
    Backfill,
    "id" | "ref" | "by" | "message" | "selection" | "windows" | "started"
  >;
  const number = (name: string) => Number(item[name]?.N ?? 0);
  return {
    ...rest,
    state: item.state?.S as BackfillState,
    touched: item.touched?.S ?? rest.started,
    point: JSON.parse(item.point?.S ?? "null") as ResumePoint | null,
    isListed: item.isListed?.BOOL === true,
    pages: number("pages"),
    listed: number("listed"),
    batches: number("batches"),
    done: number("done"),
    counts: {
      looked: number("looked"),
      outcomes: countsOf(item, "outcome:"),
      how: countsOf(item, "how:"),
      reasons: countsOf(item, "reason:"),
      movedBytes: number("movedBytes"),
    },
    samples: (item.samples?.L ?? [])
      .slice(0, MAX_BACKFILL_SAMPLES)
      .map((one) => JSON.parse(one.S ?? "") as BackfillSample),
    why: item.why?.S ?? null,
  };
}

/** Counts as numbers to add; what is 0 adds nothing. */
export function countAdditions(counts: BackfillCounts): readonly (readonly [name: string, value: AttributeValue])[] {
  const { looked, movedBytes } = counts;
  const named = (prefix: string, of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, count]) => [`${prefix}${name}`, count] as const);
  return [
    ["looked", looked] as const,
    ["movedBytes", movedBytes] as const,
    ...named("outcome:", counts.outcomes),
    ...named("how:", counts.how),
    ...named("reason:", counts.reasons),
  ].flatMap(([name, count]) => (count === 0 ? [] : [[name, { N: String(count) }] as const]));
}

/** Where a list goes on, as text that can be compared. */
export function pointItem(point: ResumePoint | null): { S: string } {
  return { S: JSON.stringify(point) };
}

/** A sample, its texts cut by who made it. */
export function sampleOf(sample: BackfillSample): AttributeValue {
  return { S: JSON.stringify(sample) };
}

// --- internal ---

function place({ account, region, bucket }: BucketRef): string {
  return `BACKFILL#${account}#${region}#${bucket}`;
}

function countsOf(item: Readonly<Item>, prefix: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), Number(value.N)]),
  );
}
