import { z } from "zod";
import { objectCalled } from "./object-call.ts";
import { objectCreated } from "./object-created.ts";
import type { ParsedObjectEvent } from "./object-work.ts";

/**
 * Reads an event about an object: S3's own "Object Created", or a CloudTrail data event, as EventBridge delivers them. The key is taken
 * as it stands: neither is URL-encoded. Total: whatever cannot be read is `malformed` with its reason, never an exception.
 */
export function parseObjectEvent(body: unknown): ParsedObjectEvent {
  const envelope = envelopeSchema.safeParse(typeof body === "string" ? parsed(body) : body);
  if (!envelope.success) return { kind: "malformed", why: "no event of EventBridge" };
  const { "detail-type": type, detail, account } = envelope.data;
  if (type === "Object Created") return objectCreated(envelope.data);
  if (type === "AWS API Call via CloudTrail") return objectCalled(detail, account);
  return { kind: "ignore", why: `detail-type is ${type}` };
}

// --- internal ---

const envelopeSchema = z.object({
  id: z.string().optional(),
  "detail-type": z.string(),
  account: z.string().optional(),
  region: z.string().optional(),
  time: z.string().optional(),
  detail: z.unknown().optional(),
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
