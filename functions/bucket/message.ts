import type { SQSRecord } from "aws-lambda";
import * as z from "zod";
import { waitsSince } from "#core/bucket/wait-limit";
import type { Postponement, Work } from "#core/bucket/work";
import { parseEvent } from "#core/event/bucket-event";
import { isOurs, ours, refSchema } from "#core/event/ours";
import { allIssues, type Unusable } from "#core/event/record";
import { type EventScope, eventInScope, type ForeignEvent, type Home, type RefusedEvent } from "#core/event/scope";
import type { Trigger } from "#core/event/trigger";
import { triggerSchema } from "#core/event/trigger-schema";
import { lastEvents } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { type BatchMessage, batchSchema } from "#core/sweep/messages";
import { notAtHome } from "../queue/home.ts";
import { hopsOf } from "../queue/hops.ts";
import { json } from "../queue/json.ts";
import { readUnsent, type UnsentMessage } from "../queue/unsent.ts";

/** A parsed message of the bucket queue. */
export type BucketMessage =
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "batch"; readonly batch: BatchMessage }
  | UnsentMessage
  | ForeignEvent
  | RefusedEvent
  | Unusable;

/**
 * Reads a message: an event from EventBridge, a look that Bucketseal postponed, some buckets of a
 * run, or an alert that SNS did not take.
 */
export function readBucketMessage(
  record: Pick<SQSRecord, "messageId" | "body"> & Partial<Pick<SQSRecord, "messageAttributes">>,
  home: Home & Partial<EventScope>,
): BucketMessage {
  const body = json(record.body);
  const known = { ids: [record.messageId], hops: hopsOf(record) };
  const own = postponedSchema.safeParse(body);
  if (own.success) {
    const { ref, triggers, after, since } = own.data;
    const why = notAtHome(ref, home);
    return why === null
      ? { kind: "work", work: { ...known, ref, triggers, after, since } }
      : { kind: "malformed", why };
  }
  const batch = batchSchema.safeParse(body);
  if (batch.success) {
    const { account = home.account, region = home.region } = batch.data;
    const why = notAtHome({ account, region }, home);
    return why === null ? { kind: "batch", batch: batch.data } : { kind: "malformed", why };
  }
  const unsent = readUnsent(body, home);
  if (unsent !== null) return unsent;
  if (isOurs(body)) return { kind: "malformed", why: `a message of Bucketseal's own: ${allIssues(own.error)}` };
  const event = eventInScope(body, { ...home, org: home.org ?? null }, parseEvent);
  if (event.kind !== "work") return event;
  return { kind: "work", work: { ...known, ref: event.ref, triggers: [event.trigger], after: [], since: null } };
}

/** The message that asks for another look at the same bucket. */
export type PostponedLook = z.infer<typeof postponedSchema>;

/**
 * Makes that message. It carries only the newest events, and what each asked for only where that is
 * short: messages have a size limit, and fifty tags are 57 KB. An event without it costs one more
 * look.
 */
export function postponed(work: Work, why: Postponement, now: number, seconds: number): PostponedLook {
  return {
    schema: "bucketseal.work/1",
    ref: work.ref,
    after: work.after.includes(why) ? [...work.after] : [...work.after, why],
    since: waitsSince(work, why, now, seconds),
    triggers: lastEvents(work.triggers).map(short),
  };
}

/** The message that asks for a look at a bucket without any event. */
export function plainLook(ref: BucketRef): PostponedLook {
  return { schema: "bucketseal.work/1", ref, after: [], since: null, triggers: [] };
}

/** Like every work item it only names its bucket; the events are for the record and the alert. */
export const postponedSchema = ours("bucketseal.work/1", {
  ref: refSchema,
  after: z.array(z.enum(["settle", "recheck", "busy"])),
  /** Missing in messages that were postponed by a version before this field. */
  since: z.iso.datetime().nullable().default(null),
  triggers: z.array(triggerSchema),
});

// --- internal ---

/** Bytes of an event's request that are carried along. */
const MAX_REQUESTED = 4096;

function short(trigger: Trigger): Trigger {
  return JSON.stringify(trigger.requested).length > MAX_REQUESTED ? { ...trigger, requested: null } : trigger;
}
