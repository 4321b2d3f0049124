import type { SQSRecord } from "aws-lambda";
import * as z from "zod";
import type { WindowName } from "#aws/ledger/window-item";
import { isOwn } from "#core/event/actor";
import { parseObjectEvent } from "#core/event/object-event";
import { ours, refSchema } from "#core/event/ours";
import type { ObjectTrigger } from "#core/event/trigger";
import type { ObjectRef } from "#core/names";
import { json } from "../queue/json.ts";

/** A parsed message of the object queue. */
export type ObjectMessage =
  | {
      readonly kind: "work";
      readonly object: ObjectRef;
      readonly trigger: ObjectTrigger;
      /** The look was postponed before: what held the object is transient. */
      readonly postponed: boolean;
      /** The signs of re-keying in the event were counted before. */
      readonly counted: boolean;
    }
  /** The end of a window. */
  | { readonly kind: "end"; readonly name: WindowName }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/**
 * Parses a message: an event about an object, the same put back by Bucketseal, or the end of a
 * window.
 */
export function readObjectMessage(
  record: Pick<SQSRecord, "body">,
  own: { readonly account: string; readonly roleArn: string },
): ObjectMessage {
  const body = json(record.body);
  const end = endSchema.safeParse(body);
  if (end.success) return { kind: "end", name: end.data };
  const again = againSchema.safeParse(body);
  const event = parseObjectEvent(again.success ? again.data.event : body);
  if (event.kind !== "work") return event;
  const { object, trigger } = event;
  if (object.bucket.account !== own.account) {
    return { kind: "malformed", why: `the bucket's account ${object.bucket.account} is not this one (${own.account})` };
  }
  if (isOwn(trigger, own.roleArn)) return { kind: "ignore", why: `Bucketseal's own ${trigger.eventName}` };
  return { kind: "work", object, trigger, postponed: again.success && again.data.looked, counted: again.success };
}

/** The message that ends a window. */
export function endMessage({ ref, kind, start }: WindowName): object {
  return { schema: END, ref, kind, start };
}

/**
 * The message that asks for another look at the object of an event. `looked` is false where its
 * signs were counted but its first look is still to come.
 */
export function againMessage(body: string, looked = true): object {
  const event = json(body);
  const again = againSchema.safeParse(event);
  return { schema: AGAIN, event: again.success ? again.data.event : event, looked };
}

// --- internal ---

const END = "bucketseal.window/1";
const AGAIN = "bucketseal.again/1";

const endSchema = ours(END, {
  ref: refSchema,
  kind: z.enum(["WINDOW", "REKEY"]),
  start: z.iso.datetime(),
});

const againSchema = ours(AGAIN, { event: z.unknown(), looked: z.boolean() });
