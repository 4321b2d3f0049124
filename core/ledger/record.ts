/**
 * The ledger: what is remembered between two looks (state, leases, drift, and the outbox of
 * alerts).
 */

import type { Plan } from "#core/decide/plan";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { RetryableError } from "#core/retryable";
import { type ClosingWindow, unasked, withAsked } from "./closing.ts";
import { historyOf } from "./history.ts";
import { leaseEnd } from "./lease.ts";
import type { LedgerPorts } from "./ledger.ts";
import type { Look } from "./look.ts";
import type { BucketState } from "./state.ts";
import { transition } from "./transition.ts";

/**
 * Records what a look found together with its alert and its history, then sends the alert, and asks
 * for the backfills of windows that have ended. `moved`: the ledger changed meanwhile, look again.
 * @throws RetryableError where a backfill could not be asked for: a redelivery does.
 */
export async function record(
  ports: LedgerPorts,
  look: Look,
  outcome: Outcome,
  plan: Plan,
): Promise<"recorded" | "moved"> {
  const stamp = { now: ports.now(), id: ports.newId() };
  const next = transition(look, outcome, plan, stamp);
  if (next === "nothing new") return recorded(ports, look, look.found);
  const saved = await ports.ledger.save(look.ref, next, historyOf(look, next, plan, stamp));
  if (saved === null) return "moved";
  const sent = await deliver(ports, look.ref, saved, look.owner);
  return sent === "moved" ? "moved" : recorded(ports, look, sent);
}

/**
 * Sends the alert in a state's outbox, and asks for the backfills of its windows; returns the state
 * without them. An alert left behind by another look is claimed first, so that it is sent once; one
 * that cannot be sent stays. A backfill that cannot be asked for stays too, and is in nobody's way:
 * the bucket goes on being looked at. `moved`: the ledger changed meanwhile.
 */
export async function deliver(
  ports: LedgerPorts,
  ref: BucketRef,
  state: BucketState,
  owner: string,
): Promise<BucketState | "moved"> {
  const { outbox } = state;
  const open = ports.backfills === undefined ? [] : unasked(state);
  if (outbox === null && open.length === 0) return state;
  const isMine = outbox === null || outbox.owner === owner;
  const claim = outbox && { ...state, outbox: { ...outbox, owner, expires: leaseEnd(ports.now()) } };
  const mine = isMine || claim === null ? state : await ports.ledger.save(ref, claim);
  if (mine === null) return "moved";
  if (outbox !== null) await ports.publish(outbox.alert);
  const asked = await ask(ports, ref, open);
  if (outbox === null && asked.size === 0) return state;
  return (await ports.ledger.save(ref, withAsked({ ...mine, outbox: null }, asked))) ?? "moved";
}

// --- internal ---

function recorded({ backfills }: LedgerPorts, { ref }: Look, state: BucketState): "recorded" {
  const left = backfills === undefined ? 0 : unasked(state).length;
  if (left > 0) throw new RetryableError(`${left} backfills of windows of ${ref.bucket} could not be asked for`);
  return "recorded";
}

/** Asks for the backfills of windows; returns the ids of those that were asked for. */
async function ask(
  { backfills }: LedgerPorts,
  ref: BucketRef,
  windows: readonly ClosingWindow[],
): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  for (const { from, to, closing } of windows) {
    const { id, versions } = closing;
    const isAsked = await backfills?.ask(ref, { id, kind: "drift", from, to }, versions).then(
      () => true,
      () => false,
    );
    if (isAsked === true) asked.add(id);
  }
  return asked;
}
