import { API_CALL, envelopeSchema, parsed } from "./envelope.ts";
import { objectCalled } from "./object-call.ts";
import { objectCreated } from "./object-created.ts";
import type { ParsedObjectEvent } from "./object-work.ts";
import { ignore, malformed } from "./record.ts";

/**
 * Parses an event about an object as EventBridge delivers it: S3's own "Object Created", or a
 * CloudTrail data event. Neither URL-encodes the key. Total: an unreadable event is `malformed`
 * with a reason, never an exception.
 */
export function parseObjectEvent(body: unknown): ParsedObjectEvent {
  const envelope = envelopeSchema.safeParse(parsed(body));
  if (!envelope.success) return malformed("no event of EventBridge");
  const { "detail-type": type, detail, account } = envelope.data;
  if (type === "Object Created") return objectCreated(envelope.data);
  if (type === API_CALL) return objectCalled(detail, account);
  return ignore(`detail-type is ${type}`);
}
