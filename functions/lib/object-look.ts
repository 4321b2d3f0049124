import { describe, nameOf } from "#aws/error";
import type { ObjectPorts, ObjectResult } from "#core/object-ports";
import type { ObjectTrigger } from "#core/object-types";
import { reconcileObject } from "#core/reconcile-object";
import { declaredKeys, type Rekeying, rekeying } from "#core/rekey";
import { inTime } from "./in-time.ts";
import type { ObjectGroup } from "./object-groups.ts";
import { logger, metrics } from "./telemetry.ts";

/** What a look at one object came to. */
export type ObjectLook =
  | {
      readonly kind: "done";
      readonly group: ObjectGroup;
      readonly result: ObjectResult;
      readonly rekeyings: readonly (readonly [Rekeying, ObjectTrigger])[];
    }
  /** `retryable`: it may well go better next time. */
  | { readonly kind: "failed"; readonly group: ObjectGroup; readonly cause: string; readonly retryable: boolean };

/** Looks at one object, and at what its events say about the keys they used. What is not done at the deadline failed. It does not throw. */
export async function lookAtObject(ports: ObjectPorts, group: ObjectGroup, deadline: number): Promise<ObjectLook> {
  const { object, triggers } = group;
  const facts = { ...object.bucket, key: object.key, versionId: object.versionId, events: triggers.map(eventOf) };
  const started = performance.now();
  try {
    const result = await inTime(deadline, ports.now, reconcileObject(ports, { object, triggers }));
    const rekeyings = NOBODYS.has(result.reasons[0]?.code ?? "") ? [] : await rekeyingsOf(ports, group);
    metrics.addMetric(`Object ${result.outcome}`, "Count", 1);
    if (result.outcome !== "left alone" || rekeyings.length > 0) {
      const { outcome, how, rule, movedBytes } = result;
      const reasons = result.reasons.map(({ code }) => code);
      const rekeyed = rekeyings.map(([{ kind, key }]) => ({ kind, key }));
      const milliseconds = Math.round(performance.now() - started);
      logger.info("object looked at", { ...facts, outcome, how, rule, movedBytes, reasons, rekeyed, milliseconds });
    }
    return { kind: "done", group, result, rekeyings };
  } catch (error) {
    const retryable = nameOf(error) === "RetryableError";
    const cause = describe(error);
    logger.error("look at object failed", { ...facts, cause, retryable });
    metrics.addMetric("ObjectLookFailed", "Count", 1);
    return { kind: "failed", group, cause, retryable };
  }
}

// --- internal ---

/** Objects that no rule speaks of may be encrypted as anybody likes. */
const NOBODYS: ReadonlySet<string> = new Set([
  "no-rule",
  "mode-off",
  "exempt",
  "directory-bucket",
  "objects-off",
  "key-excepted",
]);

async function rekeyingsOf(
  ports: ObjectPorts,
  { object, triggers }: ObjectGroup,
): Promise<[Rekeying, ObjectTrigger][]> {
  const told = triggers.filter(({ applied }) => applied !== null);
  if (told.length === 0) return [];
  const { policy } = await ports.policy();
  const ref = object.bucket;
  const declared = await declaredKeys(policy.policy, ref, (arn) => ports.reader.key(ref, arn, false));
  return told.flatMap((trigger) => {
    const found = rekeying(trigger, ref, declared);
    return found === null ? [] : [[found, trigger] as [Rekeying, ObjectTrigger]];
  });
}

function eventOf({ eventId }: ObjectTrigger): string {
  return eventId;
}
