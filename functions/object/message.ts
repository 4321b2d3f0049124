import type { SQSRecord } from "aws-lambda";
import * as z from "zod";
import type { WindowName } from "#aws/ledger/window-item";
import { isOwn } from "#core/event/actor";
import { parseObjectEvent } from "#core/event/object-event";
import { isOurs, ours, refSchema } from "#core/event/ours";
import type { Unusable } from "#core/event/record";
import { eventInScope, type ForeignEvent, type Home } from "#core/event/scope";
import type { ObjectTrigger } from "#core/event/trigger";
import type { ObjectRef } from "#core/names";
import type { Closing } from "../intents/intent-log.ts";
import { notAtHome } from "../queue/home.ts";
import { json } from "../queue/json.ts";
import { readUnsent, type UnsentMessage } from "../queue/unsent.ts";

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
  /** The end of an intent that could not be closed when its objects were counted. */
  | { readonly kind: "close"; readonly closing: Closing }
  | UnsentMessage
  | ForeignEvent
  | Unusable;

/**
 * Parses a message: an event about an object, the same put back by Bucketseal, the end of a window
 * or of an intent, or an alert that SNS did not take.
 */
export function readObjectMessage(
  record: Pick<SQSRecord, "body">,
  own: Home & { readonly roleArn: string },
): ObjectMessage {
  const body = json(record.body);
  const end = endSchema.safeParse(body);
  if (end.success) {
    const why = notAtHome(end.data.ref, own);
    return why === null ? { kind: "end", name: end.data } : { kind: "malformed", why };
  }
  const close = closeSchema.safeParse(body);
  if (close.success) {
    const why = notAtHome(close.data.ref, own);
    return why === null ? { kind: "close", closing: close.data } : { kind: "malformed", why };
  }
  const unsent = readUnsent(body, own);
  if (unsent !== null) return unsent;
  const again = againSchema.safeParse(body);
  if (isOurs(body) && !again.success) {
    return { kind: "malformed", why: "a message of Bucketseal's own that this version does not know" };
  }
  const event = eventInScope(again.success ? again.data.event : body, own, parseObjectEvent);
  if (again.success && "foreign" in event) return { kind: "malformed", why: event.why };
  if (event.kind !== "work") return event;
  const { object, trigger } = event;
  if (isOwn(trigger, own.roleArn)) return { kind: "ignore", why: `Bucketseal's own ${trigger.eventName}` };
  return { kind: "work", object, trigger, postponed: again.success && again.data.looked, counted: again.success };
}

/** The message that ends a window. */
export function endMessage({ ref, kind, start }: WindowName): object {
  return { schema: END, ref, kind, start };
}

/** The message that closes an intent. */
export function closeMessage({ ref, id, objects }: Closing): object {
  return { schema: CLOSE, ref, id, objects };
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
const CLOSE = "bucketseal.intent/1";
const AGAIN = "bucketseal.again/1";

const endSchema = ours(END, {
  ref: refSchema,
  kind: z.enum(["WINDOW", "REKEY", "FOLDED"]),
  start: z.iso.datetime(),
});

const closeSchema = ours(CLOSE, {
  ref: refSchema,
  id: z.string(),
  objects: z.array(z.object({ key: z.string(), versionId: z.string().nullable() })),
});

const againSchema = ours(AGAIN, { event: z.unknown(), looked: z.boolean() });
