import { messageOf } from "#aws/error";
import { readAlarm, writeAlarm } from "#aws/ledger/integrity-alarms";
import { Cache } from "#aws/once/cache";
import { emptyWindow } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import type { Fact } from "#core/fact";
import type { ObjectPorts } from "#core/object/ports";
import { named } from "../intents/intent-log.ts";
import { logger } from "../runtime/telemetry.ts";
import type { ObjectShared } from "./shared.ts";

/**
 * Milliseconds for which the answer whether a bucket's writes are stopped is cached: an alarm that
 * one function raises stops the others within that time.
 */
const ALARM_AGE = 5_000;

/**
 * Reads integrity alarms for one batch and raises them. Raising stops the bucket and sends an
 * alert, each even if the other fails.
 */
export function objectAlarms(shared: ObjectShared): Pick<ObjectPorts, "alarm" | "raiseAlarm"> {
  const { ledger, isMember, now, newId, publish } = shared;
  const alarms = new Cache<Fact<string | null>>(ALARM_AGE, now);
  const raised = new Map<string, string>();
  return {
    alarm: async ({ bucket }) => {
      const here = raised.get(bucket.bucket);
      if (here !== undefined) return { known: true, value: here };
      return alarms.get(bucket.bucket, () => readAlarm(ledger, bucket));
    },
    raiseAlarm: async (object, what) => {
      const { bucket: ref, key, versionId } = object;
      const seen = `${key}${versionId === undefined ? "" : ` (version ${versionId})`}: ${what}`;
      raised.set(ref.bucket, seen);
      const at = new Date(now()).toISOString();
      const window = {
        ...emptyWindow(at, at),
        counts: { failed: 1 },
        reasons: { "integrity-alarm": 1 },
        samples: [{ ...named(object), outcome: "failed" as const, reason: what }],
      };
      const tell = () => publish(buildObjectAlert({ id: newId(), now: now(), ref, isMember, window, unconfirmed: [] }));
      try {
        if (!(await writeAlarm(ledger, ref, { what: seen, at }))) return;
      } catch (error) {
        // Alert now: the next delivery takes the altered bytes for the object's own, and would
        // never report them.
        await tell();
        throw error;
      }
      try {
        await tell();
      } catch (error) {
        // The alert of the window reports it instead: this look counts the object as failed.
        logger.error("an integrity alarm could not be reported at once", { ...ref, key, cause: messageOf(error) });
      }
    },
  };
}
