import { ledgerTurns } from "#aws/copies/turns";
import { countCopy, uncountCopy } from "#aws/ledger/copy-count";
import { deleteIntent, putIntent } from "#aws/ledger/object-intents";
import { objectReader } from "#aws/objects/reader";
import { objectWriter } from "#aws/objects/writer";
import { askOnce } from "#aws/once/cache";
import type { PolicyInForce } from "#core/match/in-force";
import type { BucketRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { objectAlarms } from "./alarms.ts";
import { mayUpdate } from "./environment.ts";
import { IntentLog, named } from "./intent-log.ts";
import type { ObjectShared } from "./shared.ts";

/** One batch: its name and its deadlines, in milliseconds since the epoch. */
export interface BatchTime {
  readonly id: string;
  /** Nothing is written after it. */
  readonly deadline: number;
  /** Looks not started by then are left to the next batch. */
  readonly startBy: number;
}

/** Milliseconds after its deadline until an invocation is surely over. */
const TO_END = 30_000;

/** Everything `reconcileObject` needs for one batch, and the intents of that batch. */
export function objectPorts(
  shared: ObjectShared,
  { id, deadline, startBy }: BatchTime,
): { readonly ports: ObjectPorts; readonly intents: ReadonlyMap<string, IntentLog> } {
  const { clients, ledger, settings, lanes, windows, now } = shared;
  const policy = askOnce<PolicyInForce>();
  const counted = new Map<string, string[]>();
  const intents = new Map<string, IntentLog>();

  const intentsOf = (ref: BucketRef): IntentLog => {
    const log =
      intents.get(ref.bucket) ??
      new IntentLog((objects) =>
        objects.length === 0
          ? deleteIntent(ledger, ref, id)
          : putIntent(ledger, ref, { id, objects, until: new Date(deadline).toISOString() }),
      );
    intents.set(ref.bucket, log);
    return log;
  };

  const turn = { holder: id, until: deadline + TO_END };
  const parts = settings.COPY_LARGE_ABOVE === undefined ? null : ledgerTurns(ledger, turn, now);

  const ports: ObjectPorts = {
    now,
    mostBytes: settings.COPY_LARGE_ABOVE,
    reader: objectReader({
      buckets: shared.buckets,
      s3: clients.s3,
      objects: clients.objects,
      parts,
      lanes,
      deadline,
      startBy,
      now,
    }),
    writer: objectWriter({
      clients,
      lanes,
      now,
      paused: shared.paused,
      deadline,
      updates: mayUpdate(settings),
      copies: settings.COPY === "on",
      parts,
    }),
    policy: () => policy("", shared.policy),
    paused: shared.paused,
    ...objectAlarms(shared),
    countCopy: async (object) => {
      const { recent, mark } = await countCopy(ledger, object, now());
      const name = JSON.stringify([object.bucket.bucket, object.key]);
      counted.set(name, [...(counted.get(name) ?? []), mark]);
      return recent;
    },
    uncountCopy: async (object) => {
      const mark = counted.get(JSON.stringify([object.bucket.bucket, object.key]))?.pop();
      if (mark !== undefined) await uncountCopy(ledger, object, mark);
    },
    intend: async (object) => {
      const ref = object.bucket;
      await Promise.all([windows.open(ref, "WINDOW"), intentsOf(ref).intend(named(object))]);
    },
  };
  return { ports, intents };
}
