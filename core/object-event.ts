import { z } from "zod";
import { actorOf, issuerOf } from "./actor.ts";
import { field, many, text } from "./loose.ts";
import type { ObjectRef, ObjectTrigger } from "./object-types.ts";
import { partitionOf } from "./partition.ts";

/** What an event about an object asks of us. */
export type ParsedObjectEvent =
  | {
      readonly kind: "work";
      readonly object: ObjectRef;
      readonly trigger: ObjectTrigger;
      /** The ARN of the role whose session made the call, to recognise our own writes; `null` for everybody else and for S3's events. */
      readonly issuer: string | null;
    }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/**
 * The data events that may leave an object wrongly encrypted. Of a multipart upload it is the completion that makes the object; PostObject is an
 * upload by a browser's form.
 */
export const objectCalls: readonly string[] = [
  "PutObject",
  "PostObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "UpdateObjectEncryption",
];

/**
 * Reads an event about an object: S3's own "Object Created", or a CloudTrail data event, as EventBridge delivers them. The key is taken
 * as it stands: neither is URL-encoded. Total: whatever cannot be read is `malformed` with its reason, never an exception.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
export function parseObjectEvent(body: unknown): ParsedObjectEvent {
  const envelope = envelopeSchema.safeParse(typeof body === "string" ? parsed(body) : body);
  if (!envelope.success) return malformed("no event of EventBridge");
  const { "detail-type": type, detail } = envelope.data;
  if (type === "Object Created") return created(envelope.data);
  if (type === "AWS API Call via CloudTrail") return called(detail, envelope.data.account);
  return ignore(`detail-type is ${type}`);
}

// --- internal ---

const MAX_KEY_BYTES = 1024;

const envelopeSchema = z.object({
  id: z.string().optional(),
  "detail-type": z.string(),
  account: z.string().optional(),
  region: z.string().optional(),
  time: z.string().optional(),
  detail: z.unknown().optional(),
});

/** What makes an event fit to act upon. */
const workSchema = z.object({
  region: z.string().regex(/^[a-z]+(-[a-z]+)+-\d+$/),
  account: z.string().regex(/^\d{12}$/),
  bucket: z.string().regex(/^[A-Za-z0-9._-]{3,255}$/),
  key: z
    .string()
    .min(1)
    .refine((key) => new TextEncoder().encode(key).length <= MAX_KEY_BYTES, "longer than a key can be"),
  versionId: z.string().min(1).optional(),
  eventId: z.string().min(1),
  eventTime: z.iso.datetime(),
});

/** S3's events name no caller but an account or a service. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function created(envelope: z.infer<typeof envelopeSchema>): ParsedObjectEvent {
  const { detail } = envelope;
  const requester = text(field(detail, "requester")) ?? null;
  const isAccount = requester !== null && /^\d{12}$/.test(requester);
  const work = workSchema.safeParse({
    region: envelope.region,
    account: envelope.account,
    bucket: field(detail, "bucket", "name"),
    key: field(detail, "object", "key"),
    versionId: field(detail, "object", "version-id"),
    eventId: envelope.id,
    eventTime: envelope.time,
  });
  if (!work.success) return malformed(`Object Created: ${issues(work.error)}`);
  return {
    kind: "work",
    object: objectOf(work.data),
    trigger: {
      source: "s3-events",
      eventId: work.data.eventId,
      eventName: text(field(detail, "reason")) ?? "Object Created",
      eventTime: work.data.eventTime,
      actor: {
        type: isAccount ? "AWSAccount" : "AWSService",
        arn: null,
        accountId: isAccount ? requester : null,
        session: null,
        sourceIdentity: null,
        sourceIp: text(field(detail, "source-ip-address")) ?? null,
        invokedBy: isAccount ? null : requester,
      },
      applied: null,
    },
    issuer: null,
  };
}

function called(record: unknown, envelopeAccount: string | undefined): ParsedObjectEvent {
  const name = text(field(record, "eventName")) ?? "";
  const source = text(field(record, "eventSource")) ?? "";
  if (source === "s3express.amazonaws.com") return ignore("a directory bucket, which Bucketseal leaves alone");
  if (source !== "s3.amazonaws.com") return ignore(`a call to ${source}`);
  if (!objectCalls.includes(name)) return ignore(`${name} writes no object`);
  const errorCode = text(field(record, "errorCode"));
  if (errorCode !== undefined && errorCode !== "") return ignore(`the call failed: ${errorCode}`);
  const account = text(field(record, "recipientAccountId")) ?? envelopeAccount;
  if (isElsewhere(record, account)) return ignore("a bucket of another account, which is told of it itself");
  const request = field(record, "requestParameters");
  const response = field(record, "responseElements");
  const work = workSchema.safeParse({
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
  });
  if (!work.success) return malformed(`${name}: ${issues(work.error)}`);
  const identity = field(record, "userIdentity");
  return {
    kind: "work",
    object: objectOf(work.data),
    trigger: {
      source: "data-events",
      eventId: work.data.eventId,
      eventName: name,
      eventTime: work.data.eventTime,
      actor: actorOf(identity, field(record, "sourceIPAddress")),
      applied: appliedBy(name, record),
    },
    issuer: issuerOf(identity),
  };
}

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

function objectOf(work: z.infer<typeof workSchema>): ObjectRef {
  const { account, region, bucket, key, versionId } = work;
  return {
    bucket: { partition: partitionOf(region), account, region, bucket },
    key,
    ...(versionId === undefined ? {} : { versionId }),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function issues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
}

function ignore(why: string): ParsedObjectEvent {
  return { kind: "ignore", why };
}

function malformed(why: string): ParsedObjectEvent {
  return { kind: "malformed", why };
}
