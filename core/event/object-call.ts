import { actorOf, issuerOf } from "./actor.ts";
import { objectCalls } from "./calls.ts";
import { field, many, text } from "./loose.ts";
import { objectWork, type ParsedObjectEvent } from "./object-work.ts";
import type { ObjectTrigger } from "./trigger.ts";

/**
 * Reads a CloudTrail data event. The key is not URL-encoded in it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 *
 * @param envelopeAccount - EventBridge's, for records that name no recipient
 */
export function objectCalled(record: unknown, envelopeAccount: string | undefined): ParsedObjectEvent {
  const name = text(field(record, "eventName")) ?? "";
  const source = text(field(record, "eventSource")) ?? "";
  if (!SOURCES.has(source)) return ignore(`a call to ${source}`);
  if (!objectCalls.includes(name)) return ignore(`${name} writes no object`);
  const errorCode = text(field(record, "errorCode"));
  if (errorCode !== undefined && errorCode !== "") return ignore(`the call failed: ${errorCode}`);
  const account = text(field(record, "recipientAccountId")) ?? envelopeAccount;
  if (isElsewhere(record, account)) return ignore("a bucket of another account, which is told of it itself");
  const request = field(record, "requestParameters");
  const response = field(record, "responseElements");
  const identity = field(record, "userIdentity");
  return objectWork(
    {
      region: field(record, "awsRegion"),
      account,
      bucket: field(request, "bucketName"),
      key: text(field(request, "key")),
      versionId:
        text(field(response, "x-amz-version-id")) ??
        text(field(request, "versionId")) ??
        text(field(request, "x-amz-version-id")),
      eventId: field(record, "eventID"),
      eventTime: field(record, "eventTime"),
    },
    {
      name,
      issuer: issuerOf(identity),
      trigger: ({ eventId, eventTime }) => ({
        source: "data-events",
        eventId,
        eventName: name,
        eventTime,
        actor: actorOf(identity, field(record, "sourceIPAddress")),
        applied: appliedBy(name, record),
      }),
    },
  );
}

// --- internal ---

/** The second one is of directory buckets: their objects are not touched, and where a rule names them it is told so. */
const SOURCES: ReadonlySet<string> = new Set(["s3.amazonaws.com", "s3express.amazonaws.com"]);

/** A call on another account's bucket is logged in the caller's account as well as in the bucket's. */
function isElsewhere(record: unknown, account: string | undefined): boolean {
  const ending = `:::${text(field(record, "requestParameters", "bucketName"))}`;
  const bucket = many(field(record, "resources")).find((each) => text(field(each, "ARN"))?.endsWith(ending));
  const owner = text(field(bucket, "accountId"));
  return owner !== undefined && owner !== account;
}

/**
 * What encryption the call left behind. UpdateObjectEncryption states it in its request alone; no record of one was ever captured, so both the
 * documented body and the headers are read.
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
  return { sse, algorithm, key };
}

function ignore(why: string): ParsedObjectEvent {
  return { kind: "ignore", why };
}
