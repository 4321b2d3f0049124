import { cut, longest } from "#core/cut";
import { actorOf, issuerOf } from "./actor.ts";
import { objectCalls } from "./calls.ts";
import { field, text } from "./loose.ts";
import { objectWork, type ParsedObjectEvent } from "./object-work.ts";
import { ignore, ownerOf } from "./record.ts";
import { type Target, targetOf } from "./target.ts";
import type { ObjectTrigger } from "./trigger.ts";

/**
 * Parses a CloudTrail data event. Its key is not URL-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 *
 * @param envelopeAccount - EventBridge's, for records that name no recipient
 */
export function objectCalled(record: unknown, envelopeAccount: string | undefined): ParsedObjectEvent {
  const name = text(field(record, "eventName")) ?? "";
  const account = text(field(record, "recipientAccountId")) ?? envelopeAccount;
  const target = targetOf(record);
  const uninteresting = ignored(name, record, account, target);
  if (uninteresting !== null) return ignore(uninteresting);
  const request = field(record, "requestParameters");
  const response = field(record, "responseElements");
  const identity = field(record, "userIdentity");
  return objectWork(
    name,
    {
      region: field(record, "awsRegion"),
      account,
      ...target,
      versionId:
        text(field(response, "x-amz-version-id")) ??
        text(field(request, "versionId")) ??
        text(field(request, "x-amz-version-id")),
      eventId: field(record, "eventID"),
      eventTime: field(record, "eventTime"),
    },
    {
      source: "data-events",
      eventName: name,
      actor: actorOf(identity, field(record, "sourceIPAddress")),
      issuer: issuerOf(identity),
      applied: appliedBy(name, record),
    },
  );
}

// --- internal ---

/**
 * `s3express`: directory buckets. Their objects are never touched; a rule that names them gets an
 * alert.
 */
const SOURCES: ReadonlySet<string> = new Set(["s3.amazonaws.com", "s3express.amazonaws.com"]);

function ignored(name: string, record: unknown, account: string | undefined, target: Target): string | null {
  const source = text(field(record, "eventSource")) ?? "";
  if (!SOURCES.has(source)) return `a call to ${source}`;
  if (!objectCalls.includes(name)) return `${name} writes no object`;
  const errorCode = text(field(record, "errorCode"));
  if (errorCode !== undefined && errorCode !== "") return `the call failed: ${errorCode}`;
  const owner = ownerOf(field(record, "resources"), target.bucket ?? "");
  return owner !== undefined && owner !== account ? `a bucket of account ${owner}, whose own trail reports it` : null;
}

/**
 * The encryption that the call applied. For UpdateObjectEncryption only the request states it; no
 * such record has been captured yet, so both the documented body and the headers are read.
 */
function appliedBy(name: string, record: unknown): ObjectTrigger["applied"] {
  const response = field(record, "responseElements");
  const request = field(record, "requestParameters");
  const kms = field(request, "ObjectEncryption", "SSEKMS") ?? field(request, "ObjectEncryption", "SSE-KMS");
  const isSseC = field(response, "x-amz-server-side-encryption-customer-algorithm") !== undefined;
  const sse = text(field(record, "additionalEventData", "SSEApplied")) ?? (isSseC ? "SSE_C" : null);
  const algorithm =
    text(field(response, "x-amz-server-side-encryption")) ??
    (name === "UpdateObjectEncryption" ? "aws:kms" : undefined) ??
    null;
  const key =
    text(field(response, "x-amz-server-side-encryption-aws-kms-key-id")) ??
    text(field(kms, "KMSKeyArn")) ??
    text(field(request, "x-amz-server-side-encryption-aws-kms-key-id")) ??
    null;
  return { sse: short(sse), algorithm: short(algorithm), key: short(key) };
}

/** A key's name that is cut ends with `…` and so equals no key that a policy can name. */
function short(value: string | null): string | null {
  return value === null ? null : cut(value, longest.key);
}
