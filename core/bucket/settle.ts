import type { Trigger } from "#core/event/trigger";
import { type BucketState, withTriggers } from "#core/ledger/state";
import type { CompiledPolicy } from "#core/match/compile";
import { couldNeedTags } from "#core/match/match";
import type { Ports } from "./ports.ts";
import type { Work } from "./work.ts";

/**
 * Seconds for which a new bucket is left alone, 0 for none; the ledger remembers it, so that no other event cuts it short.
 * `null`: the ledger moved meanwhile.
 */
export async function settle(
  ports: Pick<Ports, "ledger" | "now" | "isOwn">,
  work: Work,
  state: BucketState,
  policy: CompiledPolicy,
): Promise<number | null> {
  const now = ports.now();
  const end = settlesAt(policy, work, state, now);
  const seconds = Math.ceil((end - now) / 1000);
  if (seconds <= 0) return 0;
  const foreign = work.triggers.filter((trigger) => !ports.isOwn(trigger));
  const settleUntil = new Date(end).toISOString();
  const next = { ...withTriggers(state, foreign), settleUntil };
  const isKnown = JSON.stringify(next) === JSON.stringify(state);
  if (!isKnown && (await ports.ledger.save(work.ref, next)) === null) return null;
  return seconds;
}

/**
 * Until when (milliseconds since the epoch) to leave a new bucket alone; 0: it is not new, or no tag could decide about it. Tags are put after
 * a bucket is created, so a look before `settle` could apply the wrong rule. Events come in any order: a bucket that nobody has
 * looked at yet may be new whatever the event says.
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
