/** The loop for an object: look, decide, guard, re-encrypt, verify. */

import type { ObjectPlan } from "#core/decide/object/plan";
import { planObject } from "#core/decide/object/plan-object";
import { sameObject } from "#core/decide/object/same";
import { strategies } from "#core/decide/object/strategy/strategies";
import { RetryableError } from "#core/retryable";
import type { LostRace } from "./lost-race.ts";
import type { ObjectPorts, ObjectWork } from "./ports.ts";
import { bytesMoved, changedResult, type ObjectResult, objectResult } from "./result.ts";
import { withheldObject } from "./withheld.ts";
import { writeObject } from "./write.ts";

/** How often an object is looked at again because someone wrote it meanwhile. */
const ROUNDS = 5;

/**
 * Looks at one object and brings it to what its bucket's rule declares: head, decide, guard, write,
 * look again. A newer write always wins: every write is conditional on what was seen, and a changed
 * object is looked at again. If an object is overwritten faster than it can be repaired, the event
 * of the last write takes over.
 * @throws whatever a port throws, and `RetryableError` if the object stays unchanged although S3
 *   refuses nothing; the queue redelivers.
 */
export async function reconcileObject(ports: ObjectPorts, work: ObjectWork): Promise<ObjectResult> {
  const lost: LostRace[] = [];
  while (lost.length < ROUNDS) {
    const inForce = await ports.policy();
    const plan = await planObject(ports, work, inForce.policy);
    const withheld = await withheldObject(ports, inForce, work.object, plan);
    if (withheld.kind === "result") return afterRaces(withheld.result, plan, lost);
    const step = await writeObject(ports, work, withheld.plan, lost.length === 0);
    if (step.kind === "result") return withMoved(step.result, lost);
    lost.push(step);
  }
  return givenUp(lost, work);
}

// --- internal ---

/**
 * The result of a look without a write after S3 accepted an earlier one: no repair is silent, and
 * no one else's write is called ours.
 */
function afterRaces(withheld: ObjectResult, { seen }: ObjectPlan, lost: readonly LostRace[]): ObjectResult {
  const last = lost.findLast(({ receipt }) => receipt !== null);
  if (last === undefined || last.receipt === null) return withheld;
  const { plan, receipt, reason } = last;
  if (withheld.outcome !== "left alone") {
    return withMoved({ ...withheld, reasons: [reason, ...withheld.reasons] }, lost);
  }
  const isOurs = seen !== null && strategies[plan.action].isOurs(plan, receipt, seen);
  const result = isOurs ? changedResult(plan, receipt) : objectResult(plan, "superseded", reason);
  return withMoved({ ...result, movedBytes: 0 }, lost);
}

/** Adds the bytes that earlier writes moved. */
function withMoved(result: ObjectResult, lost: readonly LostRace[]): ObjectResult {
  const written = lost.filter(({ receipt }) => receipt !== null);
  return { ...result, movedBytes: written.reduce((sum, { plan }) => sum + bytesMoved(plan), result.movedBytes) };
}

function givenUp(lost: readonly LostRace[], { object }: ObjectWork): ObjectResult {
  const [before, last] = lost.slice(-2) as [LostRace, LostRace];
  if (sameObject(before.plan.seen, last.plan.seen)) {
    throw new RetryableError(`an object of ${object.bucket.bucket} stays as it was: ${last.reason.text}`);
  }
  return withMoved(objectResult(last.plan, "superseded", last.reason), lost);
}
