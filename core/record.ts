import type { Plan } from "#core/decide/plan";
import type { Trigger } from "#core/event/trigger";
import type { BucketEncryption } from "./encryption.ts";
import { leaseEnd } from "./lease.ts";
import type { BucketRef } from "./names.ts";
import type { WriteSeen } from "./open-write.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import type { BucketState } from "./state.ts";
import { transition } from "./transition.ts";

/** One look at one bucket: what the ledger said before it, what asked for it, and what it found. */
export interface Look {
  readonly ref: BucketRef;
  /** The id of this look, to which belongs what it begins. */
  readonly owner: string;
  /** As the ledger holds it. */
  readonly found: BucketState;
  /** With the events of this look added. */
  readonly state: BucketState;
  readonly policyVersion: number;
  /** What is put down as the cause of what was found. */
  readonly trigger: Trigger | null;
  /** What is known of the write that the ledger says was begun. */
  readonly write: WriteSeen;
  /** Milliseconds since the epoch: when this look sent its own write; `null`: it sent none. */
  readonly wroteAt: number | null;
  /** What the bucket holds now; `null`: nothing, or nobody asked. */
  readonly observed: BucketEncryption | null;
}

/**
 * Writes what a look found, with the alert it calls for in the same item, then sends the alert.
 * Answers false if the ledger moved meanwhile: look again.
 */
export async function record(ports: Ports, look: Look, outcome: Outcome, plan: Plan): Promise<boolean> {
  const next = transition(look, outcome, plan, { now: ports.now(), id: ports.newId() });
  if (next === null) return true;
  const saved = await ports.ledger.save(look.ref, next);
  return saved !== null && (await deliver(ports, look.ref, saved, look.owner)) !== null;
}

/**
 * Sends the alert that a state still holds and takes it out. One that another look left behind is claimed first, so that no two send
 * it; one that cannot be sent stays in. `null`: the ledger moved meanwhile.
 */
export async function deliver(
  ports: Ports,
  ref: BucketRef,
  state: BucketState,
  owner: string,
): Promise<BucketState | null> {
  const { outbox } = state;
  if (outbox === null) return state;
  const isMine = outbox.owner === owner;
  const claim = { ...state, outbox: { ...outbox, owner, expires: leaseEnd(ports.now()) } };
  const mine = isMine ? state : await ports.ledger.save(ref, claim);
  if (mine === null) return null;
  await ports.publish(outbox.alert);
  return ports.ledger.save(ref, { ...mine, outbox: null });
}
