/**
 * The ledger: what is remembered between two looks (state, leases, drift, and the outbox of
 * alerts).
 */

import type { Plan } from "#core/decide/plan";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { historyOf } from "./history.ts";
import { leaseEnd } from "./lease.ts";
import type { LedgerPorts } from "./ledger.ts";
import type { Look } from "./look.ts";
import type { BucketState } from "./state.ts";
import { transition } from "./transition.ts";

/**
 * Records what a look found together with its alert and its history, then sends the alert. `moved`:
 * the ledger changed meanwhile, look again.
 */
export async function record(
  ports: LedgerPorts,
  look: Look,
  outcome: Outcome,
  plan: Plan,
): Promise<"recorded" | "moved"> {
  const stamp = { now: ports.now(), id: ports.newId() };
  const next = transition(look, outcome, plan, stamp);
  if (next === "nothing new") return "recorded";
  const saved = await ports.ledger.save(look.ref, next, historyOf(look, next, plan, stamp));
  if (saved === null) return "moved";
  return (await deliver(ports, look.ref, saved, look.owner)) === "moved" ? "moved" : "recorded";
}

/**
 * Sends the alert in a state's outbox; returns the state without it. An alert left behind by
 * another look is claimed first, so that it is sent once; one that cannot be sent stays. `moved`:
 * the ledger changed meanwhile.
 */
export async function deliver(
  ports: LedgerPorts,
  ref: BucketRef,
  state: BucketState,
  owner: string,
): Promise<BucketState | "moved"> {
  const { outbox } = state;
  if (outbox === null) return state;
  const isMine = outbox.owner === owner;
  const claim = { ...state, outbox: { ...outbox, owner, expires: leaseEnd(ports.now()) } };
  const mine = isMine ? state : await ports.ledger.save(ref, claim);
  if (mine === null) return "moved";
  await ports.publish(outbox.alert);
  return (await ports.ledger.save(ref, { ...mine, outbox: null })) ?? "moved";
}
