import type { SQSRecord } from "aws-lambda";
import { type Work, workMessageSchema } from "#core/bucket/work";
import { parseEvent } from "#core/event/bucket-event";

/** What a queue message turns out to be. */
export type Message =
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** Reads a message: an event from EventBridge, or a look that Bucketseal asked its own queue for. */
export function readWork(record: SQSRecord, account: string): Message {
  const body = json(record.body);
  const own = workMessageSchema.safeParse(body);
  if (own.success) {
    const { ref, triggers, after } = own.data;
    return inAccount(account, { ref, ids: [record.messageId], triggers, after });
  }
  const event = parseEvent(body);
  if (event.kind !== "work") return event;
  return inAccount(account, { ref: event.ref, ids: [record.messageId], triggers: [event.trigger], after: [] });
}

// --- internal ---

function inAccount(account: string, work: Work): Message {
  if (work.ref.account === account) return { kind: "work", work };
  return { kind: "malformed", why: `the bucket's account ${work.ref.account} is not this one (${account})` };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
