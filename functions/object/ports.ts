import { abandonUpload } from "#aws/copies/abandon-upload";
import { ledgerTurns } from "#aws/copies/turns";
import { messageOf } from "#aws/error";
import { countCopy, uncountCopy } from "#aws/ledger/copy-count";
import { deleteIntent, putIntent } from "#aws/ledger/object-intents";
import type { UploadTurn } from "#aws/ledger/upload-marks";
import { objectReader } from "#aws/objects/reader";
import { objectWriter } from "#aws/objects/writer";
import { askOnce } from "#aws/once/cache";
import type { PolicyInForce } from "#core/match/in-force";
import type { BucketRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { IntentLog, named } from "../intents/intent-log.ts";
import { logger } from "../runtime/telemetry.ts";
import { objectAlarms } from "./alarms.ts";
import { mayUpdate } from "./environment.ts";
import type { ObjectLook } from "./look.ts";
import { isRedelivered } from "./record.ts";
import type { ObjectShared } from "./shared.ts";

/** One batch: its name and its deadlines, in milliseconds since the epoch. */
export interface BatchTime {
  readonly id: string;
  /** Nothing is written after it. */
  readonly deadline: number;
  /** Looks not started by then are left to the next batch. */
  readonly startBy: number;
}

/**
 * Everything `reconcileObject` needs for one batch, and the intents of that batch. `abandon` aborts
 * what earlier invocations began for objects that need no copy in parts any more. Only a message
 * that comes again can tell of one, so the others cost no call.
 */
export function objectPorts(
  shared: ObjectShared,
  { id, deadline, startBy }: BatchTime,
): {
  readonly ports: ObjectPorts;
  readonly intents: ReadonlyMap<string, IntentLog>;
  readonly abandon: (looks: readonly ObjectLook[]) => Promise<void>;
} {
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

  const parts = settings.COPY_LARGE_ABOVE === undefined ? null : ledgerTurns(ledger, turnOf({ id, deadline }), now);

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
      // An intent that was long in being recorded has missed the end of that window, which tells
      // what nobody closes: the current one, no call where it is the same, comes after it.
      await windows.open(ref, "WINDOW");
    },
  };
  const abandon = async (looks: readonly ObjectLook[]) => {
    if (parts === null) return;
    for (const look of looks) {
      if (look.kind !== "done" || look.result.underWay === true || !isRedelivered(look)) continue;
      const { object } = look.group;
      await abandonUpload(clients.objects, parts, object).catch((error: unknown) => {
        logger.warn("an upload is left behind", { ...object.bucket, cause: messageOf(error) });
      });
    }
  };
  return { ports, intents, abandon };
}

// --- internal ---

/** The turn of a batch at objects that are copied in parts: until its invocation is surely over. */
function turnOf({ id, deadline }: Pick<BatchTime, "id" | "deadline">): UploadTurn {
  return { holder: id, until: deadline + TO_END };
}

/** Milliseconds after its deadline. */
const TO_END = 30_000;
