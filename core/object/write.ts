import type { ObjectWritePlan } from "#core/decide/object/plan";
import { sameLook } from "#core/decide/object/same";
import { strategies } from "#core/decide/object/strategy/strategies";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import { objectRefusal } from "#core/guard/object-refusal";
import type { ObjectRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import { type Attempt, attempt } from "./attempt.ts";
import { type LostRace, lostRace } from "./lost-race.ts";
import type { ObjectPorts, ObjectWork } from "./ports.ts";
import { changedResult, LOOK_AGAIN_SECONDS, type ObjectResult, objectResult } from "./result.ts";
import { observedWrite } from "./verify.ts";

/** Writes of one key in ten minutes that mean someone is undoing them. */
export const MAX_COPIES = 3;

/** The result of one write of an object. */
export type WriteStep = { readonly kind: "result"; readonly result: ObjectResult } | LostRace;

/**
 * Writes an object and looks at it again. Writes that someone could keep undoing are counted, so
 * that the two cannot loop for ever: a new object, which triggers its own event, and an update that
 * follows someone's update.
 * @throws whatever a port throws.
 */
export async function writeObject(
  ports: ObjectPorts,
  { object, triggers }: ObjectWork,
  plan: ObjectWritePlan,
  isFirst: boolean,
): Promise<WriteStep> {
  const isCounted =
    strategies[plan.action].replaces || triggers.some(({ eventName }) => eventName === "UpdateObjectEncryption");
  if (isCounted && (await ports.countCopy(object)) > MAX_COPIES) {
    // Nothing was written, and this attempt must not hold the next ones.
    await ports.uncountCopy(object);
    const text = `written ${MAX_COPIES} times in ten minutes: someone keeps undoing it`;
    // The limit slows a fight down; it must not leave the last word to whoever writes more often.
    const result = objectResult(plan, "contested", { code: "copied-too-often", text });
    return { kind: "result", result: { ...result, lookAgainSeconds: LOOK_AGAIN_SECONDS } };
  }
  if (isFirst) await ports.intend(object, plan.action);
  const { versionId } = plan.seen;
  const pinned: ObjectRef = versionId === undefined ? object : { ...object, versionId };
  const made = await attempt(ports, pinned, plan).catch(async (error: unknown) => {
    // A throttled caller undoes nothing. The first error is the one that counts.
    if (isCounted) await ports.uncountCopy(object).catch(() => undefined);
    throw error;
  });
  const step = await outcomeOf(ports, pinned, plan, made);
  const isUnwritten =
    step.kind === "lost race"
      ? step.receipt === null
      : step.result.lookAgainSeconds !== undefined || step.result.outcome === "held";
  if (isCounted && isUnwritten) await ports.uncountCopy(object);
  return step;
}

// --- internal ---

async function outcomeOf(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  made: Attempt,
): Promise<WriteStep> {
  switch (made.kind) {
    case "moved":
      return lostRace(plan, null, `${safe(made.error.name)}: ${safe(made.error.message)}`);
    case "refused": {
      const now = await ports.reader.head(object);
      const isAsSeen = !now.known || (now.value !== null && sameLook(plan.seen, now.value));
      if (!isAsSeen) return lostRace(plan, null, "right before the write");
      const refusal = objectRefusal(plan, object.bucket.account, made.error);
      return { kind: "result", result: objectResult(plan, ...refusal) };
    }
    case "held":
      return { kind: "result", result: objectResult(plan, "held", made.reason) };
    case "unfinished": {
      const result = objectResult(plan, "held", { code: "copy-under-way", text: made.text });
      return { kind: "result", result: { ...result, underWay: true } };
    }
    case "written":
      return verified(ports, object, plan, made);
    default:
      return made;
  }
}

async function verified(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  receipt: Receipt,
): Promise<WriteStep> {
  const target = receipt.versionId === undefined ? object : { ...object, versionId: receipt.versionId };
  const observed = observedWrite(plan, receipt, await ports.reader.head(target));
  switch (observed.kind) {
    case "as wanted":
      return { kind: "result", result: changedResult(plan, receipt) };
    case "moved":
      return lostRace(plan, receipt, observed.why);
    case "unreadable": {
      const reason: Reason = { code: "unreadable", text: observed.why };
      return { kind: "result", result: { ...changedResult(plan, receipt, reason), outcome: "unreadable" } };
    }
    case "alarm": {
      await ports.raiseAlarm(object, observed.what);
      const reason: Reason = { code: "integrity-alarm", text: observed.what };
      return { kind: "result", result: { ...changedResult(plan, receipt, reason), outcome: "failed" } };
    }
  }
}
