import { z } from "zod";
import type { BucketRef } from "#core/names";
import { partitionOf } from "#core/names";
import { actorOf, issuerOf } from "./actor.ts";
import { watchedCalls } from "./calls.ts";
import { API_CALL, envelopeSchema, parsed } from "./envelope.ts";
import { allIssues, type CloudTrailRecord, ignore, malformed, ownerOf, recordSchema } from "./record.ts";
import { requestedChange } from "./requested.ts";
import type { Trigger } from "./trigger.ts";

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
