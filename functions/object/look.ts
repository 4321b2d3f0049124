import { finishInTime } from "#aws/deadline";
import { messageOf, nameOf } from "#aws/error";
import type { ObjectTrigger } from "#core/event/trigger";
import type { ObjectPorts } from "#core/object/ports";
import { reconcileObject } from "#core/object/reconcile";
import type { ObjectResult } from "#core/object/result";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { ObjectGroup } from "./groups.ts";

/** The result of a look at one object. */
export type ObjectLook =
  | {
      readonly kind: "done";
      readonly group: ObjectGroup;
      readonly result: ObjectResult;
    }
  /** `retryable`: a retry may help. */
  | { readonly kind: "failed"; readonly group: ObjectGroup; readonly cause: string; readonly retryable: boolean };

/**
 * Looks at one object. A look that is late has failed; `null`: not even its first call started in
 * time. Never throws.
 */
export async function lookAtObject(
  ports: ObjectPorts,
  group: ObjectGroup,
  deadline: number,
): Promise<ObjectLook | null> {
  const { object, triggers } = group;
  const facts = { ...object.bucket, key: object.key, versionId: object.versionId, events: triggers.map(eventOf) };
  const started = performance.now();
  try {
    const result = await finishInTime(deadline, ports.now, reconcileObject(ports, group));
    metrics.addMetric(`Object ${result.outcome}`, "Count", 1);
    if (result.outcome !== "left alone") {
      const { outcome, how, rule, movedBytes } = result;
      const reasons = result.reasons.map(({ code }) => code);
      const milliseconds = Math.round(performance.now() - started);
      logger.info("object looked at", { ...facts, outcome, how, rule, movedBytes, reasons, milliseconds });
    }
    return { kind: "done", group, result };
  } catch (error) {
    if (nameOf(error) === "NotStarted") return null;
    const retryable = nameOf(error) === "RetryableError";
    const cause = messageOf(error);
    logger.error("look at object failed", { ...facts, cause, retryable });
    metrics.addMetric("ObjectLookFailed", "Count", 1);
    return { kind: "failed", group, cause, retryable };
  }
}

// --- internal ---

function eventOf({ eventId }: ObjectTrigger): string {
  return eventId;
}
