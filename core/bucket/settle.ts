import type { Trigger } from "#core/event/trigger";
import type { OpenLook } from "#core/ledger/open";
import type { BucketState } from "#core/ledger/state";
import type { CompiledPolicy } from "#core/match/compile";
import { couldEnforce, couldNeedTags } from "#core/match/match";
import type { BucketRef } from "#core/names";
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
  const next = { ...state, settleUntil: found.settleUntil ?? new Date(end).toISOString() };
  const isKnown = JSON.stringify(next) === JSON.stringify(found);
  if (!isKnown && (await ports.ledger.save(work.ref, next)) === null) return moved;
  return later(seconds, "settle");
}

/**
 * When a new bucket has settled (milliseconds since the epoch); 0: it is not new, or nobody could
 * be disturbed. Whoever makes a bucket sets it up in steps, and tags are put last, so an earlier
 * look could apply the wrong rule, or write in between. Events arrive in any order: a bucket that
 * has had no look yet may be new whatever the event says.
 *
 * A time that has begun is not prolonged, and a bucket that was looked at has had its time: S3
 * answers 200 where CreateBucket is repeated by the owner in us-east-1, and records it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function settlesAt(policy: CompiledPolicy, work: Work, state: BucketState, now: number): number {
  const seconds = settleSeconds(policy, work.ref);
  if (seconds === 0) return 0;
  const isAsked = work.triggers.length > 0;
  if (state.settleUntil !== null) return Date.parse(state.settleUntil) + (isAsked ? 0 : AFTER_EVENTS);
  const isStrange = state.outcome === null || state.outcome === "gone";
  if (!isStrange || work.triggers.every(({ eventName }) => eventName === "DeleteBucket")) return 0;
  const latest = (event: Trigger) => Math.min(now, Date.parse(event.eventTime)) + seconds * 1000;
  const created = work.triggers.filter((event) => event.eventName === "CreateBucket");
  return Math.min(...(created.length > 0 ? created : work.triggers).map(latest));
}

// --- internal ---

/**
 * Milliseconds by which a look that no event asked for comes after the one that began the time, and
 * knows who made the bucket.
 */
const AFTER_EVENTS = 10_000;

/** Seconds by default where a tag could decide which rule applies, and where a rule enforces. */
const FOR_TAGS = 60;
const FOR_CREATORS = 20;

function settleSeconds(policy: CompiledPolicy, ref: BucketRef): number {
  const { settle } = policy.policy;
  if (couldNeedTags(policy, ref)) return settle ?? FOR_TAGS;
  return couldEnforce(policy, ref) ? (settle ?? FOR_CREATORS) : 0;
}
