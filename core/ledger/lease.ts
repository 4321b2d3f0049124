import type { BucketRef } from "#core/names";
import type { Ledger } from "./ledger.ts";
import type { BucketState } from "./state.ts";

/**
 * Seconds for which an intent or an unsent alert belongs to one look. Longer than the function's time limit, so that a look whose
 * lease ended while it was at work is dead.
 */
export const LEASE_SECONDS = 60;

/** ISO 8601: when a lease that begins now ends. */
export function leaseEnd(now: number): string {
  return new Date(now + LEASE_SECONDS * 1000).toISOString();
}

/** Whether another look writes this bucket, or sends its alert, right now. */
export function isInOtherHands(state: BucketState, owner: string, now: number): boolean {
  return [state.intent, state.outbox].some(
    (held) => held !== null && held.owner !== owner && Date.parse(held.expires) > now,
  );
}

/** Gives back what a look holds when it ends without having finished it, so that the next one need not wait. */
export async function release(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => number },
  ref: BucketRef,
  owner: string,
): Promise<void> {
  const state = await ledger.read(ref);
  const expires = new Date(now()).toISOString();
  const { intent, outbox } = state;
  const freed: BucketState = {
    ...state,
    intent: intent?.owner === owner ? { ...intent, expires } : intent,
    outbox: outbox?.owner === owner ? { ...outbox, expires } : outbox,
  };
  if (freed.intent !== intent || freed.outbox !== outbox) await ledger.save(ref, freed);
}
