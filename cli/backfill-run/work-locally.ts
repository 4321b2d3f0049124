import { setTimeout as sleep } from "node:timers/promises";
import { RetryableError } from "#aws/error";
import {
  type BackfillCounts,
  type BackfillSample,
  MAX_BACKFILL_SAMPLES,
  noBackfillCounts,
  withLookAt,
} from "#core/backfill/counts";
import type { ListedVersion, Selection } from "#core/backfill/selection";
import type { BucketRef, ObjectRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { reconcileObject } from "#core/object/reconcile";
import type { ObjectResult } from "#core/object/result";
import { drain } from "../backfill/drain.ts";
import { type LocalSettings, localPorts } from "../backfill/local-ports.ts";
import { pace } from "../backfill/pace.ts";
import { objectOf } from "../backfill/plan-bucket-objects.ts";
import { Reached } from "../backfill/reached.ts";
import type { TalliedReason } from "../backfill/tally.ts";
import { type Walk, walk } from "../backfill/walk.ts";
import { explainError } from "../line/explain-error.ts";
import type { Meter } from "../terminal/meter.ts";

/** What became of a bucket's objects. */
export interface LocalBackfill {
  readonly ref: BucketRef;
  readonly selection: Selection;
  readonly listed: number;
  readonly counts: BackfillCounts;
  /** By reason code, with the words of the first object. */
  readonly reasons: Readonly<Record<string, TalliedReason>>;
  readonly samples: readonly BackfillSample[];
  /** Whether it was stopped before its end. */
  readonly isStopped: boolean;
  /** Stopped, it is done up to this key, and `--start-after` goes on; `null`: not a key is done. */
  readonly reached: string | null;
}

export interface WorkOptions {
  readonly selection: Selection;
  /** Only keys after this one; `null`: all. */
  readonly startAfter: string | null;
  /** How many objects there are; `null`: nobody has counted them. */
  readonly total: number | null;
  /** Objects a second; `null`: as fast as S3 takes it. */
  readonly rate: number | null;
  readonly meter: Meter;
  /** Whether to begin no other object. */
  readonly isStopped: () => boolean;
}

/**
 * Brings a bucket's objects to the declared state from here: the same loop as the functions', with
 * the caller's rights. What is begun when it is stopped is finished and verified.
 */
export async function workLocally(
  settings: LocalSettings,
  ref: BucketRef,
  { selection, startAfter, total, rate, meter, isStopped }: WorkOptions,
): Promise<LocalBackfill> {
  const ports = localPorts(settings, ref);
  const wait = pace(rate);
  const list = { s3: settings.session.s3(ref.region), ref, selection, startAfter };
  const reached = new Reached();
  const reasons: Record<string, TalliedReason> = {};
  const samples: BackfillSample[] = [];
  let counts = noBackfillCounts;
  let listed = 0;
  const note = ({ key, versionId }: ListedVersion, result: ObjectResult) => {
    counts = withLookAt(counts, result);
    const { changed = 0, held = 0, failed = 0 } = counts.outcomes;
    meter.say(
      [`${changed} changed`, ...(held > 0 ? [`${held} held`] : []), ...(failed > 0 ? [`${failed} failed`] : [])].join(
        ", ",
      ),
    );
    if (!TOLD.has(result.outcome)) return;
    const last = result.reasons.at(-1);
    if (last !== undefined) {
      const before = reasons[last.code];
      reasons[last.code] = { count: (before?.count ?? 0) + 1, text: before?.text ?? last.text };
    }
    if (samples.length < MAX_BACKFILL_SAMPLES) {
      samples.push({ key, versionId, outcome: result.outcome, reason: last?.text ?? null });
    }
  };
  const paged = (selected: number) => {
    listed += selected;
  };
  if (total !== null) meter.total(total);
  // A list costs a thousandth of the looks: it says how much there is while they are made.
  else if (meter.isShown) countListed(list, isStopped).then(meter.total, () => undefined);
  const chains = walk({ ...list, paged });
  await drain(
    chains,
    settings.concurrency,
    async (chain) => {
      const done = reached.begin(chain[0]?.key ?? "");
      for (const version of chain) {
        if (isStopped()) return;
        await wait();
        if (isStopped()) return;
        note(version, await reconcileExisting(ports, objectOf(ref, version)));
        meter.tick();
      }
      done();
    },
    isStopped,
  );
  return { ref, selection, listed, counts, reasons, samples, isStopped: isStopped(), reached: reached.key };
}

// --- internal ---

/** Tries at one object; each begins with a look, so nothing is written twice unseen. */
const TRIES = 3;
const PAUSE_MS = 500;

const TOLD: ReadonlySet<string> = new Set(["held", "unreadable", "contested", "failed", "reported", "superseded"]);

async function countListed(list: Walk, isStopped: () => boolean): Promise<number> {
  let listed = 0;
  for await (const chain of walk(list)) {
    if (isStopped()) break;
    listed += chain.length;
  }
  return listed;
}

/** What became of one object; what a queue would deliver again is tried again here. */
async function reconcileExisting(ports: () => ObjectPorts, object: ObjectRef, tried = 1): Promise<ObjectResult> {
  try {
    return await reconcileObject(ports(), { object, triggers: [], atRest: true });
  } catch (error) {
    if (error instanceof RetryableError && tried < TRIES) {
      await sleep(PAUSE_MS * 2 ** tried * Math.random());
      return reconcileExisting(ports, object, tried + 1);
    }
    const reasons = [{ code: "unreadable", text: explainError(error).message } as const];
    const nothing = { how: null, rule: null, before: null, after: null, movedBytes: 0 };
    return { outcome: "failed", mode: "enforce", reasons, ...nothing };
  }
}
