import { type BucketState, withTriggers } from "#core/ledger/state";
import type { CompiledPolicy } from "#core/match/compile";
import type { Ports } from "./ports.ts";
import { settlesAt } from "./postpone.ts";
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
  const foreign = work.triggers.filter((trigger) => !ports.isOwn(trigger.actor.arn));
  const settleUntil = new Date(end).toISOString();
  const next = { ...withTriggers(state, foreign), settleUntil };
  const isKnown = JSON.stringify(next) === JSON.stringify(state);
  if (!isKnown && (await ports.ledger.save(work.ref, next)) === null) return null;
  return seconds;
}
