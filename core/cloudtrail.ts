import { z } from "zod";
import { actorOf, issuerOf } from "./actor.ts";
import { field, many, text } from "./loose.ts";
import type { BucketRef } from "./names.ts";
import { partitionOf } from "./names.ts";
import { requestedChange } from "./request.ts";
import type { Trigger } from "./types.ts";

/** What an event asks of us: to look at a bucket, nothing, or it cannot be understood. */
export type ParsedEvent =
  | {
      readonly kind: "work";
      readonly ref: BucketRef;
      readonly trigger: Trigger;
      /** The bucket is new: its tags come after it. */
      readonly created: boolean;
      /** The ARN of the role whose session made the call (with its path), to recognise our own writes; `null` for everybody else. */
      readonly issuer: string | null;
    }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** The calls after which a bucket is looked at. CloudTrail's names, which are not always the SDK's. */
export const watchedCalls: readonly string[] = [
  "CreateBucket",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
  "PutBucketNotification",
];

/**
 * Reads a CloudTrail record as EventBridge delivers it (the body of a queue's message as text or already parsed; a bare record will do too)
 * and names the bucket to look at. Total: whatever cannot be read is `malformed` with its reason, never an exception.
 *
 * Account and Region are those of the record, not of the envelope: a forwarded event keeps them.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-s3.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function parseEvent(body: unknown): ParsedEvent {
  const json = typeof body === "string" ? parsed(body) : body;
  const envelope = envelopeSchema.safeParse(json).data;
  if (envelope !== undefined && envelope["detail-type"] !== API_CALL) {
    return ignore(`detail-type is ${envelope["detail-type"]}, not ${API_CALL}`);
  }
  const record = recordSchema.safeParse(envelope?.detail ?? json);
  if (!record.success) return malformed(`no CloudTrail record: ${allIssues(record.error)}`);
  const uninteresting = ignored(record.data);
  if (uninteresting !== null) return ignore(uninteresting);
  return workOf(record.data, envelope?.account);
}

// --- internal ---

const API_CALL = "AWS API Call via CloudTrail";

const envelopeSchema = z.object({
  "detail-type": z.string(),
  account: z.string().optional(),
  detail: z.unknown().optional(),
});

const recordSchema = z.object({
  eventName: z.string(),
  eventSource: z.string(),
  errorCode: z.string().nullish(),
  awsRegion: z.unknown().optional(),
  recipientAccountId: z.string().nullish(),
  eventTime: z.unknown().optional(),
  eventID: z.unknown().optional(),
  userIdentity: z.unknown().optional(),
  sourceIPAddress: z.unknown().optional(),
  requestParameters: z.unknown().optional(),
  resources: z.unknown().optional(),
});

type CloudTrailRecord = z.infer<typeof recordSchema>;

const targetSchema = z.object({ bucketName: z.string().optional(), resource: z.string().optional() });

/** What makes a record fit to act upon; each message completes "…, so the bucket cannot be named". */
const workSchema = z.object({
  region: z.string().regex(/^[a-z]+(-[a-z]+)+-\d+$/),
  account: z.string().regex(/^\d{12}$/),
  bucket: z.string().regex(/^[A-Za-z0-9._-]{3,255}$/),
  eventId: z.string().min(1),
  eventTime: z.iso.datetime(),
});

function ignored(record: CloudTrailRecord): string | null {
  if (record.eventSource === "s3express.amazonaws.com") return "a directory bucket, which Bucketseal leaves alone";
  if (record.eventSource !== "s3.amazonaws.com") return `a call to ${record.eventSource}`;
  if (!watchedCalls.includes(record.eventName))
    return `${record.eventName} does not change a bucket's encryption or tags`;
  if (record.errorCode) return `the call failed: ${record.errorCode}`;
  const resource = targetSchema.safeParse(record.requestParameters).data?.resource;
  if (resource !== undefined && bucketOfArn(resource) === undefined) return `${resource} is not a bucket`;
  const owner = ownerOf(record.resources);
  if (owner !== undefined && record.recipientAccountId && owner !== record.recipientAccountId) {
    return `a bucket of account ${owner}, whose own trail tells of it`;
  }
  return null;
}

/** A call on another account's bucket is recorded in the caller's account too; the record names the owner. A new bucket is always one's own. */
function ownerOf(resources: unknown): string | undefined {
  const bucket = many(resources).find((resource) => field(resource, "type") === "AWS::S3::Bucket");
  const owner = text(field(bucket, "accountId"));
  return owner !== undefined && /^\d{12}$/.test(owner) ? owner : undefined;
}

function workOf(record: CloudTrailRecord, envelopeAccount: string | undefined): ParsedEvent {
  const target = targetSchema.safeParse(record.requestParameters).data;
  const work = workSchema.safeParse({
    region: record.awsRegion,
    account: record.recipientAccountId ?? envelopeAccount,
    bucket: target?.bucketName ?? bucketOfArn(target?.resource ?? ""),
    eventId: record.eventID,
    eventTime: record.eventTime,
  });
  if (!work.success) return malformed(`${record.eventName}: ${allIssues(work.error)}`);
  const { region, account, bucket, eventId, eventTime } = work.data;
  return {
    kind: "work",
    ref: { partition: partitionOf(region), account, region, bucket },
    trigger: {
      eventId,
      eventName: record.eventName,
      eventTime,
      actor: actorOf(record.userIdentity, record.sourceIPAddress),
      requested: requestedChange(record.eventName, record.requestParameters),
    },
    created: record.eventName === "CreateBucket",
    issuer: issuerOf(record.userIdentity),
  };
}

function bucketOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:s3:::([^/:]+)$/.exec(arn)?.[1];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function allIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${String(issue.path[0] ?? "body")}: ${issue.message}`).join("; ");
}

function ignore(why: string): ParsedEvent {
  return { kind: "ignore", why };
}

function malformed(why: string): ParsedEvent {
  return { kind: "malformed", why };
}
