import type { ObjectWritePlan } from "#core/decide/object/plan";
import { type GuardResult, guard, lastHazards } from "#core/guard/guard";
import { objectRefusal } from "#core/guard/object-refusal";
import type { ObjectRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectPorts, ObjectWork } from "./ports.ts";
import type { ObjectResult } from "./result.ts";
import { objectResult } from "./result.ts";
import { sameLook } from "./same.ts";
import { observedWrite, type Written } from "./verify.ts";
import { LOOK_AGAIN_SECONDS } from "./withheld.ts";

/** Writes of one key in ten minutes after which somebody must be undoing them. */
export const MAX_COPIES = 3;

/** A write that came to nothing, or that somebody wrote over: the object is looked at anew. */
export interface Missed {
  readonly kind: "missed";
  readonly plan: ObjectWritePlan;
  /** S3's answer; `null`: nothing was written. */
  readonly written: Written | null;
  readonly reason: Reason;
}

/** One write of an object and a look at what came of it. */
export type WriteStep = { readonly kind: "result"; readonly result: ObjectResult } | Missed;

/**
 * Writes an object and looks at it again. What may be undone by somebody, and would be done for ever then, is counted: a copy, which makes an
 * event of its own, and an update that answers somebody's update.
 * @throws whatever a port throws.
 */
export async function writeObject(
  ports: ObjectPorts,
  { object, triggers }: ObjectWork,
  plan: ObjectWritePlan,
  isFirst: boolean,
): Promise<WriteStep> {
  const isCounted = plan.action === "copy" || triggers.some(({ eventName }) => eventName === "UpdateObjectEncryption");
  if (isCounted && (await ports.countCopy(object)) > MAX_COPIES) {
    // What is only held must not keep itself held, nor others that are at work on the same key.
    await ports.uncountCopy?.(object);
    const text = `written ${MAX_COPIES} times in ten minutes: somebody keeps undoing it`;
    return { kind: "result", result: objectResult(plan, "contested", { code: "copied-too-often", text }) };
  }
  if (isFirst) await ports.intend(object);
  const { versionId } = plan.seen;
  const pinned: ObjectRef = versionId === undefined ? object : { ...object, versionId };
  const attempt: Attempt = async (write) => {
    try {
      return await write();
    } catch (error) {
      // Whoever is throttled is not undoing anything. The first error is the one that counts.
      if (isCounted) await ports.uncountCopy?.(object).catch(() => undefined);
      throw error;
    }
  };
  const write = plan.action === "copy" ? copy : update;
  const step = await write(ports, pinned, plan, attempt);
  const isUnwritten = step.kind === "missed" ? step.written === null : step.result.lookAgainSeconds !== undefined;
  if (isCounted && isUnwritten) await ports.uncountCopy?.(object);
  return step;
}

// --- internal ---

const NULL_VERSION = "null";

/** Makes a call that may come to nothing; one that throws was no write that anybody could have undone. */
type Attempt = <T>(write: () => Promise<T>) => Promise<T>;

async function update(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  attempt: Attempt,
): Promise<WriteStep> {
  return outcomeOf(ports, object, plan, await attempt(() => ports.writer.update(object, plan.seen, plan.after)));
}

/** Right before a copy, once more: the conditions of S3 cannot tell a newer version from an older one with the same bytes. */
async function copy(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  attempt: Attempt,
): Promise<WriteStep> {
  const { bucket, key } = object;
  const [current, upload] = await attempt(() =>
    Promise.all([ports.reader.head({ bucket, key }), lastGuard(ports, { bucket, key }, plan)]),
  );
  if (!current.known) {
    const text = `the object could not be looked at right before the copy: ${safe(current.error.name)}`;
    return { kind: "result", result: objectResult(plan, "unreadable", { code: "unreadable", text }) };
  }
  if (current.value === null || !sameLook(plan.seen, current.value)) return missed(plan, null, "right before the copy");
  if (upload.kind !== "clear") return { kind: "result", result: waiting(plan, upload) };
  return outcomeOf(ports, object, plan, await attempt(() => ports.writer.copy(object, plan.seen, plan.after)));
}

async function outcomeOf(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  written: Awaited<ReturnType<ObjectPorts["writer"]["update"]>>,
): Promise<WriteStep> {
  switch (written.kind) {
    case "moved":
      return missed(plan, null, `${safe(written.error.name)}: ${safe(written.error.message)}`);
    case "refused": {
      const now = await ports.reader.head(object);
      const isAsSeen = !now.known || (now.value !== null && sameLook(plan.seen, now.value));
      if (!isAsSeen) return missed(plan, null, "right before the write");
      return {
        kind: "result",
        result: objectResult(plan, ...objectRefusal(plan, object.bucket.account, written.error)),
      };
    }
    case "written":
      return lookAgain(ports, object, plan, written);
  }
}

async function lookAgain(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
  written: Written,
): Promise<WriteStep> {
  const target = written.versionId === undefined ? object : { ...object, versionId: written.versionId };
  const observed = observedWrite(plan, written, await ports.reader.head(target));
  switch (observed.kind) {
    case "as wanted":
      return { kind: "result", result: changed(plan, written) };
    case "moved":
      return missed(plan, written, observed.why);
    case "unreadable": {
      const reason: Reason = { code: "unreadable", text: observed.why };
      return { kind: "result", result: { ...changed(plan, written, reason), outcome: "unreadable" } };
    }
    case "alarm": {
      await ports.raiseAlarm(object, observed.what);
      const reason: Reason = { code: "integrity-alarm", text: observed.what };
      return { kind: "result", result: { ...changed(plan, written, reason), outcome: "failed" } };
    }
  }
}

/** Asks about the hazards that come and go; no key is one of them, so the policy's keys do not matter. */
function lastGuard({ reader }: ObjectPorts, object: ObjectRef, plan: ObjectWritePlan): Promise<GuardResult> {
  return guard(reader, { ref: object.bucket, object, policyKeys: {} }, plan, lastHazards);
}

/** The result of a copy that is held back by something that passes by itself, or that could not be read. */
function waiting(plan: ObjectWritePlan, { kind, reasons }: GuardResult): ObjectResult {
  const outcome = kind === "unknown" ? "unreadable" : "held";
  return { ...objectResult(plan, outcome, ...reasons), lookAgainSeconds: LOOK_AGAIN_SECONDS };
}

/**
 * The result of a write that S3 accepted. A version that an answer does not name is the null version, which a copy takes the place of.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export function changed(plan: ObjectWritePlan, written: Written, ...more: readonly Reason[]): ObjectResult {
  const { action, seen } = plan;
  const old = written.sourceVersionId ?? seen.versionId ?? NULL_VERSION;
  const isLeft = action === "copy" && old !== (written.versionId ?? NULL_VERSION);
  const text = `version ${safe(old)} keeps its old encryption`;
  const remains: Reason[] = isLeft ? [{ code: "old-version-remains", text }] : [];
  return {
    ...objectResult(plan, "changed", ...remains, ...more),
    how: action,
    movedBytes: action === "copy" ? seen.size : 0,
  };
}

function missed(plan: ObjectWritePlan, written: Written | null, why: string): Missed {
  return {
    kind: "missed",
    plan,
    written,
    reason: { code: "object-overwritten", text: `changed by somebody else meanwhile: ${why}` },
  };
}
