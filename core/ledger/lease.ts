import type { BucketRef } from "#core/names";
import type { Ledger } from "./ledger.ts";
import type { BucketState } from "./state.ts";

/**
 * Seconds for which an intent or an unsent alert belongs to one look. Longer than the function's
 * timeout, so an expired lease means that its holder is dead.
 */
export const LEASE_SECONDS = 60;

/** ISO 8601: when a lease that starts now expires. */
export function leaseEnd(now: number): string {
  return new Date(now + LEASE_SECONDS * 1000).toISOString();
}

/** Whether another look is writing this bucket, or sending its alert, right now. */
export function isInOtherHands(state: BucketState, owner: string, now: number): boolean {
  return [state.intent, state.outbox].some(
    (held) => held !== null && held.owner !== owner && Date.parse(held.expires) > now,
  );
}

/**
 * Seconds after which to check whether another look has finished with the bucket: 2, doubled with
 * each hop of this work, and never past the end of its lease.
 */
export function secondsBusy({ intent, outbox }: BucketState, hops: number, now: number): number {
  const ends = [intent, outbox].flatMap((held) => (held === null ? [] : [Date.parse(held.expires)]));
  const left = Math.ceil((Math.max(...ends) - now) / 1000) + 1;
  return Math.min(left, FIRST_WAIT * 2 ** hops);
}

/** Releases a look's leases if it ends unfinished, so that the next one need not wait. */
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

// --- internal ---

const FIRST_WAIT = 2;
