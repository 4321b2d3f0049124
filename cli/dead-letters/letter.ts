import type { DeadMessage } from "#aws/sqs/dead-letters";
import { parseEvent } from "#core/event/bucket-event";
import { field, text } from "#core/event/loose";
import { parseObjectEvent } from "#core/event/object-event";
import { isOurs } from "#core/event/ours";
import { eventInScope, type Home } from "#core/event/scope";
import type { DeadLetterQueue } from "#core/stage/dead-letter-queues";
import { MAX_RECEIVES } from "#core/stage/queue";

/**
 * What a dead letter is. `event`: one of AWS's. `own`: work, or an alert, that Bucketseal sent to
 * itself. `malformed`: nobody can read it. `policy-change`: a change of the policy table that was
 * not reported; it is no message of a queue, and cannot be sent back.
 */
export type LetterKind = "event" | "own" | "malformed" | "policy-change";

/** A dead letter, as a person needs to see it. */
export interface Letter {
  readonly id: string;
  readonly queue: string;
  readonly kind: LetterKind;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly receives: number;
  readonly cause: string;
  readonly bucket: string | null;
}

/** Judges a message of a dead-letter queue. Pure. */
export function readLetter(message: DeadMessage, queue: DeadLetterQueue, home: Home): Letter {
  const { id, sentAt, receives } = message;
  const { kind, why, bucket } = contentOf(message, queue, home);
  return { id, queue: queue.name, kind, sentAt, receives, cause: why ?? causeOf(message, kind), bucket };
}

// --- internal ---

interface Content {
  readonly kind: LetterKind;
  /** Why it is malformed. */
  readonly why?: string;
  readonly bucket: string | null;
}

function contentOf({ body, malformed, attributes }: DeadMessage, { about }: DeadLetterQueue, home: Home): Content {
  const value = json(body);
  const bucket = text(field(value, "ref", "bucket")) ?? text(field(value, "alert", "bucket")) ?? null;
  if (malformed) return { kind: "malformed", bucket };
  if (field(value, "DDBStreamBatchInfo") !== undefined) return { kind: "policy-change", bucket: null };
  // Buried by a version that did not mark what it could not read.
  const isUnknown = attributes.cause?.startsWith("a message of Bucketseal's own") === true;
  if (isOurs(value)) {
    const inside = text(field(value, "schema")) === AGAIN ? eventOf(field(value, "event"), about, home) : null;
    return { kind: isUnknown ? "malformed" : "own", bucket: bucket ?? inside?.bucket ?? null };
  }
  return eventOf(value, about, home);
}

/** An event that was put back into the objects' queue. */
const AGAIN = "bucketseal.again/1";

function eventOf(value: unknown, about: DeadLetterQueue["about"], home: Home): Content {
  if (about === "bucket") {
    const event = eventInScope(value, home, parseEvent);
    if (event.kind === "work") return { kind: "event", bucket: event.ref.bucket };
    return event.kind === "malformed" ? { kind: "malformed", why: event.why, bucket: null } : ignored;
  }
  if (about === "object") {
    const event = eventInScope(value, home, parseObjectEvent);
    if (event.kind === "work") return { kind: "event", bucket: event.object.bucket.bucket };
    return event.kind === "malformed" ? { kind: "malformed", why: event.why, bucket: null } : ignored;
  }
  return { kind: "malformed", why: "no message of Bucketseal's own", bucket: null };
}

/** Of another account, say: the function reads it, and does nothing. */
const ignored: Content = { kind: "event", bucket: null };

/**
 * The cause, as a function or EventBridge wrote it; SQS itself moves messages without one.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function causeOf({ attributes }: DeadMessage, kind: LetterKind): string {
  const { cause, ERROR_CODE: code, ERROR_MESSAGE: message } = attributes;
  if (cause !== undefined) return cause;
  if (code !== undefined) return message === undefined ? code : `${code}: ${message}`;
  if (kind === "policy-change") return "a change of the policy that could not be reported";
  return `failed ${MAX_RECEIVES} times: the function's log has each cause`;
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
