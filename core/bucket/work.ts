import { z } from "zod";
import { ours, refSchema } from "#core/event/ours";
import type { Trigger } from "#core/event/trigger";
import { lastEvents } from "#core/ledger/state";
import type { BucketRef } from "#core/names";

/** One bucket to look at, with every event that asked for it. */
export interface Work {
  readonly ref: BucketRef;
  /** Ids of the queue messages behind it. */
  readonly ids: readonly string[];
  readonly triggers: readonly Trigger[];
  /** Why it was postponed already: a look is not repeated for the same doubt. */
  readonly after: readonly Postponement[];
}

/** Why a look was postponed: the tags of a new bucket, S3's eventual consistency, or another worker at the same bucket. */
export type Postponement = "settle" | "recheck" | "busy";

/** As far as a look relies on an event; the rest of it is Bucketseal's own writing. */
const triggerSchema = z.looseObject({
  eventId: z.string(),
  eventName: z.string(),
  eventTime: z.iso.datetime(),
  actor: z.looseObject({ type: z.string(), arn: z.string().nullable() }),
  /** Missing in what a version before this field postponed. */
  issuer: z.string().nullish(),
  requested: z.looseObject({ kind: z.enum(["encryption", "tags"]) }).nullable(),
});

/**
 * A look that Bucketseal asks its own queue for. Like every work item it is a name: the triggers are there for the record and
 * the alert.
 */
export const workMessageSchema = ours("bucketseal.work/1", {
  ref: refSchema,
  after: z.array(z.enum(["settle", "recheck", "busy"])),
  triggers: z.array(z.custom<Trigger>((value) => triggerSchema.safeParse(value).success)),
});

export type WorkMessage = z.infer<typeof workMessageSchema>;

/**
 * The message that asks for another look at the same bucket. It carries the newest events only, and of each what it asked for only where
 * that is short: a message has an end, and fifty tags are 57 KB. An event without what it asked for costs one more look.
 */
export function postponed(work: Work, why: Postponement): WorkMessage {
  return {
    schema: "bucketseal.work/1",
    ref: work.ref,
    after: work.after.includes(why) ? [...work.after] : [...work.after, why],
    triggers: lastEvents(work.triggers).map(short),
  };
}

/** Work on one bucket, joined: duplicates and several events of one bucket cost one look. */
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

const MAX_REQUESTED = 4096;

function short(trigger: Trigger): Trigger {
  return JSON.stringify(trigger.requested).length > MAX_REQUESTED ? { ...trigger, requested: null } : trigger;
}

function join(a: Work, b: Work): Work {
  const seen = new Set(a.triggers.map((trigger) => trigger.eventId));
  return {
    ref: a.ref,
    ids: [...a.ids, ...b.ids],
    triggers: [...a.triggers, ...b.triggers.filter((trigger) => !seen.has(trigger.eventId))],
    // A look for a fresh event may be repeated, so only what both have waited for counts.
    after: a.after.filter((why) => b.after.includes(why)),
  };
}
