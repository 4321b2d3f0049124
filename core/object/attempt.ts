import type { ObjectWritePlan } from "#core/decide/object/plan";
import { sameLook } from "#core/decide/object/same";
import { strategies } from "#core/decide/object/strategy/strategies";
import { guard } from "#core/guard/guard";
import { lastHazards } from "#core/guard/hazards";
import type { ObjectRef } from "#core/names";
import { safe } from "#core/safe";
import { type LostRace, lostRace } from "./lost-race.ts";
import type { ObjectPorts, ObjectWrite } from "./ports.ts";
import { LOOK_AGAIN_SECONDS, type ObjectResult, objectResult } from "./result.ts";

/** The result of an attempt to write: S3's response, or why S3 was not called. */
export type Attempt = ObjectWrite | LostRace | { readonly kind: "result"; readonly result: ObjectResult };

/**
 * Makes the call of a plan's strategy. If that replaces the object, it reads the object once more
 * right before: S3's conditions cannot tell a newer version from an older one with the same bytes.
 * @throws whatever a port throws: then nothing was written that anyone could have undone.
 */
export async function attempt(ports: ObjectPorts, object: ObjectRef, plan: ObjectWritePlan): Promise<Attempt> {
  const { action, seen, after } = plan;
  const stopped = strategies[action].replaces ? await lookRightBefore(ports, object, plan) : null;
  return stopped ?? ports.writer[action].write(object, seen, after);
}

// --- internal ---

async function lookRightBefore(
  { reader }: ObjectPorts,
  object: ObjectRef,
  plan: ObjectWritePlan,
): Promise<Attempt | null> {
  const { bucket, key } = object;
  const current = { bucket, key };
  // No key is among these hazards, so the policy's keys do not matter.
  const [head, found] = await Promise.all([
    reader.head(current),
    guard(reader, { ref: bucket, object: current, policyKeys: {} }, plan, lastHazards),
  ]);
  if (!head.known) {
    const text = `the object could not be read right before the copy: ${safe(head.error.name)}`;
    return { kind: "result", result: objectResult(plan, "unreadable", { code: "unreadable", text }) };
  }
  if (head.value === null || !sameLook(plan.seen, head.value)) {
    return lostRace(plan, null, "right before the copy");
  }
  if (found.kind === "clear") return null;
  const result = objectResult(plan, found.kind === "unknown" ? "unreadable" : "held", ...found.reasons);
  return { kind: "result", result: { ...result, lookAgainSeconds: LOOK_AGAIN_SECONDS } };
}
