import { cut, longest } from "#core/cut";
import { cutActor } from "./actor.ts";
import type { Envelope } from "./envelope.ts";
import { field, text } from "./loose.ts";
import { objectWork, type ParsedObjectEvent } from "./object-work.ts";
import type { Actor } from "./trigger.ts";

/**
 * Parses S3's own "Object Created" event. It does not mention encryption, and names only an account
 * or a service as the caller.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreated({ id, account, region, time, detail }: Envelope): ParsedObjectEvent {
  return objectWork(
    NAME,
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
      source: "s3-events",
      eventName: cut(text(field(detail, "reason")) ?? NAME, longest.name),
      actor: requester(detail),
      issuer: null,
      applied: null,
    },
  );
}

// --- internal ---

const NAME = "Object Created";

function requester(detail: unknown): Actor {
  const name = text(field(detail, "requester")) ?? null;
  const isAccount = name !== null && /^\d{12}$/.test(name);
  return cutActor({
    type: isAccount ? "AWSAccount" : "AWSService",
    arn: null,
    accountId: isAccount ? name : null,
    session: null,
    sourceIdentity: null,
    sourceIp: text(field(detail, "source-ip-address")) ?? null,
    invokedBy: isAccount ? null : name,
  });
}
