import { field, text } from "./loose.ts";
import { objectWork, type ParsedObjectEvent } from "./object-work.ts";
import type { ObjectTrigger } from "./trigger.ts";

/** The parts of EventBridge's envelope that an event of S3's own rests on. */
export interface Envelope {
  readonly id?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly time?: string | undefined;
  readonly detail?: unknown;
}

/**
 * Reads S3's own "Object Created". It says nothing of encryption, and names no caller but an account or a service.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreated({ id, account, region, time, detail }: Envelope): ParsedObjectEvent {
  return objectWork(
    {
      region,
      account,
      bucket: field(detail, "bucket", "name"),
      key: field(detail, "object", "key"),
      versionId: field(detail, "object", "version-id"),
      eventId: id,
      eventTime: time,
    },
    {
      name: "Object Created",
      issuer: null,
      trigger: ({ eventId, eventTime }) => ({
        source: "s3-events",
        eventId,
        eventName: text(field(detail, "reason")) ?? "Object Created",
        eventTime,
        actor: requester(detail),
        applied: null,
      }),
    },
  );
}

// --- internal ---

function requester(detail: unknown): ObjectTrigger["actor"] {
  const name = text(field(detail, "requester")) ?? null;
  const isAccount = name !== null && /^\d{12}$/.test(name);
  return {
    type: isAccount ? "AWSAccount" : "AWSService",
    arn: null,
    accountId: isAccount ? name : null,
    session: null,
    sourceIdentity: null,
    sourceIp: text(field(detail, "source-ip-address")) ?? null,
    invokedBy: isAccount ? null : name,
  };
}
