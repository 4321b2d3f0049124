import type { Ports } from "./ports.ts";
import type { BucketState } from "./state.ts";
import { transition } from "./transition.ts";
import type { BucketRef, Outcome, Plan, Reason, Trigger } from "./types.ts";

/** One look at one bucket: what the ledger said before it, and what asked for it. */
export interface Look {
  readonly ref: BucketRef;
  /** The queue message that owns what is begun here. */
  readonly owner: string;
  /** As the ledger holds it. */
  readonly found: BucketState;
  /** With the events of this look added. */
  readonly state: BucketState;
  readonly policyVersion: number;
  readonly trigger: Trigger | null;
}

/** Seconds for which an intent or an unsent alert belongs to one worker; above the function's time limit. */
export const LEASE_SECONDS = 60;

/** The bucket did not hold still, or a write was not seen in time: try again later. */
export class Unsettled extends Error {
  override readonly name = "RetryableError";
}

/**
 * Writes what a look found, with the alert it calls for in the same item, then sends the alert.
 * Answers false if the ledger moved meanwhile: look again.
 */
export async function record(ports: Ports, look: Look, outcome: Outcome, plan: Plan): Promise<boolean> {
  const next = transition(look, outcome, plan, { now: ports.now(), id: ports.newId() });
  if (next === null) return true;
  const saved = await ports.ledger.save(look.ref, next);
  return saved !== null && (await deliver(ports, look.ref, saved)) !== null;
}

/**
 * Sends the alert that a state still holds and takes it out. A failed one stays in, free for any worker.
 * `null`: the ledger moved meanwhile.
 */
export async function deliver(ports: Ports, ref: BucketRef, state: BucketState): Promise<BucketState | null> {
  if (state.outbox === null) return state;
  try {
    await ports.publish(state.outbox.alert);
  } catch (error) {
    const expires = new Date(ports.now()).toISOString();
    await ports.ledger.save(ref, { ...state, outbox: { ...state.outbox, expires } });
    throw error;
  }
  return ports.ledger.save(ref, { ...state, outbox: null });
}

/** A plan with more reasons; what it would do stays as it is. */
export function withReasons(plan: Plan, reasons: readonly Reason[]): Plan {
  return { ...plan, reasons: [...plan.reasons, ...reasons] };
}
