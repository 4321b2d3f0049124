/** The loop for a bucket: look, decide, guard, write, verify, record. */

import type { Plan } from "#core/decide/plan";
import { isInOtherHands, release } from "#core/ledger/lease";
import { deliver, record } from "#core/ledger/record";
import type { Outcome } from "#core/outcome";
import { RetryableError } from "#core/retryable";
import { applyPlan } from "./apply.ts";
import type { Scene } from "./culprit.ts";
import { secondsToTell } from "./open-write.ts";
import type { Ports } from "./ports.ts";
import { secondsTooEarly, secondsToRecheck } from "./postpone.ts";
import { settle } from "./settle.ts";
import { survey } from "./survey.ts";
import { type Judged, withheld } from "./withheld.ts";
import type { Postponement, Work } from "./work.ts";

/** What became of one look at one bucket. */
export type Result =
  | { readonly kind: "done"; readonly outcome: Outcome; readonly plan: Plan }
  /** Look again in so many seconds. */
  | { readonly kind: "later"; readonly seconds: number; readonly why: Postponement };

/** How often a look starts anew because the world or the ledger moved under it. */
const ROUNDS = 5;
/** Seconds after which to see whether another worker has finished with the bucket. */
const BUSY_SECONDS = 2;

/**
 * Looks at one bucket and does what the policy says: observe, decide, guard, record the intent, apply, verify, record, alert.
 * An error that may pass is thrown, and a redelivery finishes what was begun. The same bucket is written by one worker at a time:
 * an intent is recorded only if the ledger has not moved since before the bucket was read.
 * @throws whatever a port throws; `RetryableError` where the world does not hold still or a write cannot be seen.
 */
export async function reconcile(ports: Ports, work: Work): Promise<Result> {
  const owner = ports.newId();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const result = await look(ports, work, owner);
      if (result === null) continue;
      if (result.kind === "later" && round > 0) await release(ports, work.ref, owner);
      return result;
    }
    throw new RetryableError(`${work.ref.bucket} changed under every one of ${ROUNDS} looks`);
  } catch (error) {
    // What cannot be given back is free when its lease ends; the first error is the one that counts.
    await release(ports, work.ref, owner).catch(() => undefined);
    throw error;
  }
}

// --- internal ---

/** One round; `null`: the ledger or the bucket moved, start anew. */
async function look(ports: Ports, work: Work, owner: string): Promise<Result | null> {
  const found = await ports.ledger.read(work.ref);
  if (isInOtherHands(found, owner, ports.now())) return later(BUSY_SECONDS, "busy");
  const state = await deliver(ports, work.ref, found, owner);
  if (state === null) return null;
  const inForce = await ports.policy();
  const unsettled = await settle(ports, work, state, inForce.policy);
  if (unsettled === null) return null;
  if (unsettled > 0) return later(unsettled, "settle");

  const seen = await survey(ports, work, owner, state, inForce);
  const { plan, facts, scene, look } = seen;
  const untold = secondsToTell(state.intent, ports.now());
  if (look.write === "took") {
    if (untold > 0) return later(untold, "recheck");
    const isTold = await record(ports, look, "changed", plan);
    return isTold && plan.verdict === "compliant" ? end(ports, work, scene, { outcome: "changed", plan }) : null;
  }
  const early = secondsTooEarly(work, scene, look.trigger, ports.now());
  if (early > 0) return later(early, "recheck");
  const told = await withheld(ports, seen);
  if (told.kind === "write") {
    const applied = await applyPlan(ports, look, inForce.policy, facts, told.plan);
    return applied === null ? null : end(ports, work, scene, applied);
  }
  if (look.write !== "unreadable" && untold > 0) return later(untold, "recheck");
  return (await record(ports, look, told.judged.outcome, told.judged.plan))
    ? end(ports, work, scene, told.judged)
    : null;
}

/** A look is over, or repeated once where what it saw may be the state of before. */
function end(ports: Ports, work: Work, scene: Scene, judged: Judged): Result {
  const seconds = secondsToRecheck(work, scene, ports.now());
  return seconds > 0 ? later(seconds, "recheck") : { kind: "done", ...judged };
}

function later(seconds: number, why: Postponement): Result {
  return { kind: "later", seconds, why };
}
