/** The loop for an object: look, decide, guard, re-encrypt, verify. */

import type { ObjectPlan } from "#core/decide/object/plan";
import { planObject } from "#core/decide/object/plan-object";
import { RetryableError } from "#core/retryable";
import type { ObjectPorts, ObjectWork } from "./ports.ts";
import type { ObjectResult } from "./result.ts";
import { objectResult } from "./result.ts";
import { sameObject } from "./same.ts";
import { isOurs } from "./verify.ts";
import { withheldObject } from "./withheld.ts";
import { changed, type Missed, writeObject } from "./write.ts";

/** How often an object is looked at anew because somebody wrote it meanwhile. */
const ROUNDS = 5;

/**
 * Looks at one object and brings it to what its bucket's rule declares: head, decide, guard, write, look again. A newer write always wins:
 * every write is pinned to what was seen, and whatever moved meanwhile is looked at anew. An object that somebody overwrites faster than it
 * can be repaired is left to the event of the last write.
 * @throws whatever a port throws, and `RetryableError` where the same object stays as it was although nobody refuses; the queue delivers again.
 */
export async function reconcileObject(ports: ObjectPorts, work: ObjectWork): Promise<ObjectResult> {
  const missed: Missed[] = [];
  while (missed.length < ROUNDS) {
    const inForce = await ports.policy();
    const plan = await planObject(ports, work, inForce.policy);
    const withheld = await withheldObject(ports, inForce, work.object, plan);
    if (withheld.kind === "result") return afterMisses(withheld.result, plan, missed);
    const step = await writeObject(ports, work, withheld.plan, missed.length === 0);
    if (step.kind === "result") return withMoved(step.result, missed);
    missed.push(step);
  }
  return givenUp(missed, work);
}

// --- internal ---

/** What a look without a write comes to where S3 accepted one before: no repair is silent, and nobody else's write is called ours. */
function afterMisses(withheld: ObjectResult, { seen }: ObjectPlan, missed: readonly Missed[]): ObjectResult {
  const last = missed.findLast(({ written }) => written !== null);
  if (last === undefined || last.written === null) return withheld;
  if (withheld.outcome !== "left alone") {
    return withMoved({ ...withheld, reasons: [last.reason, ...withheld.reasons] }, missed);
  }
  const isOurOwn = seen !== null && isOurs(last.plan, last.written, seen);
  const result = isOurOwn ? changed(last.plan, last.written) : objectResult(last.plan, "superseded", last.reason);
  return withMoved({ ...result, movedBytes: 0 }, missed);
}

/** The bytes that earlier copies moved were moved all the same. */
function withMoved(result: ObjectResult, missed: readonly Missed[]): ObjectResult {
  const copies = missed.filter(({ plan, written }) => plan.action === "copy" && written !== null);
  return { ...result, movedBytes: copies.reduce((sum, { plan }) => sum + plan.seen.size, result.movedBytes) };
}

function givenUp(missed: readonly Missed[], { object }: ObjectWork): ObjectResult {
  const [before, last] = missed.slice(-2) as [Missed, Missed];
  if (sameObject(before.plan.seen, last.plan.seen)) {
    throw new RetryableError(`an object of ${object.bucket.bucket} stays as it was: ${last.reason.text}`);
  }
  return withMoved(objectResult(last.plan, "superseded", last.reason), missed);
}
