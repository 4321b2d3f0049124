import type { SQSRecord } from "aws-lambda";
import * as z from "zod";
import type { Postponement, Work } from "#core/bucket/work";
import { parseEvent } from "#core/event/bucket-event";
import { ours, refSchema } from "#core/event/ours";
import type { Trigger } from "#core/event/trigger";
import { lastEvents } from "#core/ledger/state";
import { json } from "../queue/json.ts";

/** A parsed message of the bucket queue. */
export type BucketMessage =
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** Reads a message: an event from EventBridge, or a look that Bucketseal postponed. */
export function readBucketMessage(record: Pick<SQSRecord, "messageId" | "body">, account: string): BucketMessage {
  const body = json(record.body);
  const ids = [record.messageId];
  const own = postponedSchema.safeParse(body);
  if (own.success) {
    const { ref, triggers, after } = own.data;
    return inAccount(account, { ref, ids, triggers, after });
  }
  const event = parseEvent(body);
  if (event.kind !== "work") return event;
  return inAccount(account, { ref: event.ref, ids, triggers: [event.trigger], after: [] });
}

/** The message that asks for another look at the same bucket. */
export type PostponedLook = z.infer<typeof postponedSchema>;

/**
 * Makes that message. It carries only the newest events, and what each asked for only where that is
 * short: messages have a size limit, and fifty tags are 57 KB. An event without it costs one more
 * look.
 */
export function postponed(work: Work, why: Postponement): PostponedLook {
  return {
    schema: "bucketseal.work/1",
    ref: work.ref,
    after: work.after.includes(why) ? [...work.after] : [...work.after, why],
    triggers: lastEvents(work.triggers).map(short),
  };
}

/**
 * The part of an event that a look relies on; the rest of the message is Bucketseal's own writing.
 */
const triggerSchema = z.looseObject({
  eventId: z.string(),
  eventName: z.string(),
  eventTime: z.iso.datetime(),
  actor: z.looseObject({ type: z.string(), arn: z.string().nullable() }),
  /** Missing in messages that were postponed by a version before this field. */
  issuer: z.string().nullish(),
  requested: z.looseObject({ kind: z.enum(["encryption", "tags"]) }).nullable(),
});

/** Like every work item it only names its bucket; the events are for the record and the alert. */
export const postponedSchema = ours("bucketseal.work/1", {
  ref: refSchema,
  after: z.array(z.enum(["settle", "recheck", "busy"])),
  triggers: z.array(z.custom<Trigger>((value) => triggerSchema.safeParse(value).success)),
});

// --- internal ---

/** Bytes of an event's request that are carried along. */
const MAX_REQUESTED = 4096;

function short(trigger: Trigger): Trigger {
  return JSON.stringify(trigger.requested).length > MAX_REQUESTED ? { ...trigger, requested: null } : trigger;
}

function inAccount(account: string, work: Work): BucketMessage {
  if (work.ref.account === account) return { kind: "work", work };
  return { kind: "malformed", why: `the bucket's account ${work.ref.account} is not this one (${account})` };
}
