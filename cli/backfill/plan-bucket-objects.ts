import { getBucketVersioning } from "#aws/s3/bucket-versioning";
import type { ListedVersion, Selection } from "#core/backfill/selection";
import type { BucketRef, ObjectRef } from "#core/names";
import type { Rule } from "#core/policy/policy";
import type { Meter } from "../terminal/meter.ts";
import { type Cost, costOf } from "./cost.ts";
import { drain } from "./drain.ts";
import { type LocalSettings, localPorts } from "./local-ports.ts";
import { type LookedObject, lookAtExisting } from "./look-at-existing.ts";
import { pace } from "./pace.ts";
import { Reservoir } from "./reservoir.ts";
import { count, emptyTally, type Tally } from "./tally.ts";
import { walk } from "./walk.ts";

/** What a backfill of a bucket would do; nothing was written. */
export interface BackfillPlan {
  readonly ref: BucketRef;
  readonly rule: Rule;
  readonly selection: Selection;
  /** Selected objects that were listed. */
  readonly listed: number;
  readonly tally: Tally;
  readonly cost: Cost;
  /** Looks a second. */
  readonly rate: number;
}

export interface PlanOptions {
  readonly rule: Rule;
  readonly selection: Selection;
  /** Look only at so many, picked at random; `null`: at all. */
  readonly sample: number | null;
  /** Only keys after this one; `null`: all. */
  readonly startAfter: string | null;
  /** Objects a second; `null`: as fast as S3 takes it. */
  readonly rate: number | null;
  readonly meter: Meter;
  /** Called with each look. */
  readonly looked?: (object: LookedObject) => void;
}

/** Lists a bucket's objects and looks at them, or at a sample of them. */
export async function planBucketObjects(
  settings: LocalSettings,
  ref: BucketRef,
  { rule, selection, sample, startAfter, rate, meter, looked }: PlanOptions,
): Promise<BackfillPlan> {
  const s3 = settings.session.s3(ref.region);
  const ports = localPorts(settings, ref);
  const tally = emptyTally();
  const wait = pace(rate);
  let [pages, listed] = [0, 0];
  const begun = Date.now();
  const paged = (selected: number) => {
    pages += 1;
    listed += selected;
  };
  const look = async (version: ListedVersion) => {
    await wait();
    const seen = await lookAtExisting(ports(), objectOf(ref, version), version.isCurrent);
    count(tally, seen);
    looked?.(seen);
    meter.tick();
  };
  const chains = walk({ s3, ref, selection, startAfter, paged });
  if (sample === null) {
    await drain(chains, settings.concurrency, async (chain) => {
      for (const version of chain) await look(version);
    });
  } else {
    const picked = new Reservoir<ListedVersion>(sample);
    for await (const chain of chains) for (const version of chain) picked.offer(version);
    await drain(sequence(picked.items), settings.concurrency, look);
  }
  const seconds = Math.max(0.001, (Date.now() - begun) / 1000);
  const versioning = tally.copiedBytes === 0 ? null : await getBucketVersioning(s3, ref);
  // What could not be read is taken for what costs more.
  const isVersioned = versioning !== null && (!versioning.known || versioning.value === "Enabled");
  const cost = costOf(tally, listed, pages, isVersioned);
  return { ref, rule, selection, listed, tally, cost, rate: tally.looked / seconds };
}

/** A listed version as a look names it. */
export function objectOf(bucket: BucketRef, { key, versionId }: ListedVersion): ObjectRef {
  return { bucket, key, versionId };
}

// --- internal ---

async function* sequence<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
