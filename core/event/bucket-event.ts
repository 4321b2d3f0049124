/** Events: the bucket or object to look at, and who caused it. */

import * as z from "zod";
import type { BucketRef } from "#core/names";
import { partitionOf } from "#core/names";
import { actorOf, issuerOf } from "./actor.ts";
import { watchedCalls } from "./calls.ts";
import { API_CALL, envelopeSchema, parsed } from "./envelope.ts";
import {
  allIssues,
  type CloudTrailRecord,
  eventFields,
  ignore,
  malformed,
  ownerOf,
  recordSchema,
  type Unusable,
} from "./record.ts";
import { requestedChange } from "./requested.ts";
import type { Trigger } from "./trigger.ts";

/** A parsed event: a bucket to look at, or nothing usable. */
export type ParsedEvent = { readonly kind: "work"; readonly ref: BucketRef; readonly trigger: Trigger } | Unusable;

/**
 * Parses a CloudTrail record about a bucket, as EventBridge delivers it (text or parsed) or bare.
 * Total: an unreadable event is `malformed` with a reason, never an exception.
 *
 * Account and Region come from the record, not from the envelope: a forwarded event keeps them.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-s3.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function parseEvent(body: unknown): ParsedEvent {
  const json = parsed(body);
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

const workSchema = z.object(eventFields);

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
    return `a bucket of account ${owner}, whose own trail reports it`;
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
      issuer: issuerOf(record.userIdentity),
      requested: requestedChange(record.eventName, record.requestParameters),
    },
  };
}

function bucketOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:s3:::([^/:]+)$/.exec(arn)?.[1];
}
