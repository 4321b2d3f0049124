import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";

/** One bucket to look at, with every event that triggered it. */
export interface Work {
  readonly ref: BucketRef;
  /** Ids of the queue messages behind it. */
  readonly ids: readonly string[];
  readonly triggers: readonly Trigger[];
  /** Why it was already postponed: a look is not postponed twice for the same reason. */
  readonly after: readonly Postponement[];
  /** ISO 8601: when it was first postponed, but for a new bucket to settle; `null`: not yet. */
  readonly since: string | null;
  /** How often it was postponed already. */
  readonly hops: number;
}

/**
 * The reason for postponing a look: the tags of a new bucket, S3's eventual consistency, or another
 * worker on the same bucket.
 */
export type Postponement = "settle" | "recheck" | "busy";

/** Merges work on the same bucket: duplicates and several events cost one look. */
export function joinWork(items: readonly Work[]): Work[] {
  const joined = new Map<string, Work>();
  for (const item of items) {
    const name = `${item.ref.account}/${item.ref.region}/${item.ref.bucket}`;
    const other = joined.get(name);
    joined.set(name, other === undefined ? item : join(other, item));
  }
  return [...joined.values()];
}

// --- internal ---

function join(a: Work, b: Work): Work {
  const seen = new Set(a.triggers.map((trigger) => trigger.eventId));
  return {
    ref: a.ref,
    ids: [...a.ids, ...b.ids],
    triggers: [...a.triggers, ...b.triggers.filter((trigger) => !seen.has(trigger.eventId))],
    // A look for a fresh event may be postponed again, so only the reasons common to both count.
    after: a.after.filter((why) => b.after.includes(why)),
    // But events that keep coming put nothing off for ever.
    since: earlier(a.since, b.since),
    hops: Math.min(a.hops, b.hops),
  };
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) < Date.parse(b) ? a : b;
}
