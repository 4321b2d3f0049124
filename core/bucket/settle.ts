import type { Trigger } from "#core/event/trigger";
import type { OpenLook } from "#core/ledger/open";
import type { BucketState } from "#core/ledger/state";
import type { CompiledPolicy } from "#core/match/compile";
import { couldNeedTags } from "#core/match/match";
import type { Ports } from "./ports.ts";
import { type Later, later, type Moved, moved } from "./step.ts";
import type { Work } from "./work.ts";

/**
 * Waits for a new bucket to settle; `null`: it is not new, or has settled. The ledger remembers
 * until when, so that no other event cuts it short.
 */
export async function settle(
  ports: Pick<Ports, "ledger" | "now">,
  work: Work,
  { found, state }: OpenLook,
  policy: CompiledPolicy,
): Promise<Later | Moved | null> {
  const now = ports.now();
  const end = settlesAt(policy, work, found, now);
  const seconds = Math.ceil((end - now) / 1000);
  if (seconds <= 0) return null;
  const next = { ...state, settleUntil: new Date(end).toISOString() };
  const isKnown = JSON.stringify(next) === JSON.stringify(found);
  if (!isKnown && (await ports.ledger.save(work.ref, next)) === null) return moved;
  return later(seconds, "settle");
}

/**
 * When a new bucket has settled (milliseconds since the epoch); 0: it is not new, or no tag could
 * decide which rule applies. Tags are put after a bucket is created, so an earlier look could apply
 * the wrong rule. Events arrive in any order: a bucket that has had no look yet may be new whatever
 * the event says.
 */
export function settlesAt(policy: CompiledPolicy, work: Work, state: BucketState, now: number): number {
  if (!couldNeedTags(policy, work.ref)) return 0;
  const latest = (event: Trigger) => Math.min(now, Date.parse(event.eventTime)) + policy.policy.settle * 1000;
  const created = work.triggers.filter((event) => event.eventName === "CreateBucket").map(latest);
  const known = state.settleUntil === null ? [] : [Date.parse(state.settleUntil)];
  if (created.length + known.length > 0) return Math.max(...created, ...known);
  const isStrange = state.outcome === null || state.outcome === "gone";
  return isStrange && work.triggers.length > 0 ? Math.min(...work.triggers.map(latest)) : 0;
}
