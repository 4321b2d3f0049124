import { readIntents } from "#aws/ledger/object-intents";
import { saveSseCWrite } from "#aws/ledger/sse-c-writes";
import { emptyWindow, isQuiet, withResult } from "#core/alert/digest";
import { closeOrAsk, takeOut } from "../intents/close-intents.ts";
import { type IntentLog, named, nameOfObject } from "../intents/intent-log.ts";
import { hopsOf } from "../queue/hops.ts";
import { type Redelivery, receivesOf } from "../queue/redelivery.ts";
import type { ObjectLook } from "./look.ts";
import type { ObjectShared } from "./shared.ts";

/** The batch that looked. */
export interface BatchName {
  /** The name of this invocation and its intents. */
  readonly id: string;
  /** ISO 8601: when the batch began. */
  readonly from: string;
}

/** A look that came to a result. */
type FinishedLook = Extract<ObjectLook, { kind: "done" }>;

/**
 * Records the findings of one batch, bucket by bucket; messages of findings that could not be
 * counted are redelivered.
 */
export async function recordLooks(
  shared: Pick<ObjectShared, "clients" | "settings" | "ledger" | "windows" | "now">,
  batch: BatchName,
  intents: ReadonlyMap<string, IntentLog>,
  looks: readonly ObjectLook[],
  redelivery: Redelivery,
): Promise<void> {
  await Promise.all(
    byBucket(looks).map((finished) =>
      redelivery.orRedeliver(
        finished.flatMap(({ group }) => group.records),
        "objects could not be counted",
        () => recordBucket(shared, batch, intents, finished),
      ),
    ),
  );
}

/**
 * Whether another invocation may have begun on the object: its message was put back, by SQS or by
 * us.
 */
export function isRedelivered({ group }: Pick<ObjectLook, "group">): boolean {
  return group.records.some((record) => receivesOf(record) > 1 || hopsOf(record) > 0);
}

// --- internal ---

function byBucket(looks: readonly ObjectLook[]): readonly (readonly FinishedLook[])[] {
  const found = new Map<string, FinishedLook[]>();
  for (const look of looks) {
    if (look.kind !== "done") continue;
    const { bucket } = look.group.object.bucket;
    found.set(bucket, [...(found.get(bucket) ?? []), look]);
  }
  return [...found.values()];
}

/**
 * Counts the findings about objects of one bucket, then closes the intents. An object that is as
 * declared now, and that an earlier invocation was about to write when it was cut short, counts as
 * changed: no repair is silent.
 * @throws RetryableError if they could not be counted; the messages must be redelivered.
 */
async function recordBucket(
  shared: Parameters<typeof recordLooks>[0],
  { id, from }: BatchName,
  intents: ReadonlyMap<string, IntentLog>,
  looks: readonly FinishedLook[],
): Promise<void> {
  const { ledger, windows, now } = shared;
  const ref = looks[0]?.group.object.bucket;
  if (ref === undefined) return;
  const redelivered = looks.filter(isRedelivered).map(({ group }) => named(group.object));
  const others = redelivered.length === 0 ? [] : await readIntents(ledger, ref);
  const begun = new Set(others.flatMap(({ objects }) => objects.map(nameOfObject)));

  const empty = emptyWindow(from, new Date(now()).toISOString());
  const news = looks
    .filter((look) => !isCountedBefore(look) && look.result.underWay !== true)
    .map((look) => asChanged(look, begun));
  const found = news.reduce(
    (window, { group, result }) => withResult(window, group.object, result, group.triggers),
    empty,
  );
  if (!isQuiet(found)) await windows.add(ref, "WINDOW", found, id);
  if ((found.reasons["object-sse-c"] ?? 0) > 0) await saveSseCWrite(ledger, ref, now());

  const done = looks.map(({ group }) => named(group.object));
  const own = intents.get(ref.bucket);
  if (own?.isUsed === true) await closeOrAsk(shared, { ref, id, objects: done }, () => own.settle(done));
  for (const intent of others) {
    const closing = { ref, id: intent.id, objects: redelivered };
    if (intent.id !== id) await closeOrAsk(shared, closing, () => takeOut(ledger, ref, intent, redelivered));
  }
}

/** A look that is postponed again was counted the first time. */
function isCountedBefore({ group, result }: FinishedLook): boolean {
  return group.postponed && result.lookAgainSeconds !== undefined;
}

function asChanged(look: FinishedLook, begun: ReadonlySet<string>): FinishedLook {
  const isOurs = look.result.outcome === "left alone" && begun.has(nameOfObject(named(look.group.object)));
  return isOurs && isRedelivered(look) ? { ...look, result: { ...look.result, outcome: "changed" } } : look;
}
