/** Events: the bucket or object to look at, and who caused it. */

import * as z from "zod";
import type { BucketRef } from "#core/names";
import { partitionOf } from "#core/names";
import { watchedCalls } from "./calls.ts";
import { field, many, text } from "./loose.ts";
import {
  allIssues,
  arrivedRecord,
  type CloudTrailRecord,
  createdIn,
  eventFields,
  ignore,
  malformed,
  ownerOf,
  triggerOf,
  type Unusable,
} from "./record.ts";
import { requestedChange } from "./requested.ts";
import { bucketOfArn, targetOf } from "./target.ts";
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
  const arrived = arrivedRecord(body);
  if (arrived.kind !== "record") return arrived;
  const { record, account } = arrived;
  const uninteresting = ignored(record);
  return uninteresting === null ? workOf(record, account) : ignore(uninteresting);
}

// --- internal ---

const workSchema = z.object(eventFields);

function ignored(record: CloudTrailRecord): string | null {
  if (record.eventSource === "s3express.amazonaws.com") return "a directory bucket, which Bucketseal leaves alone";
  if (record.eventSource !== "s3.amazonaws.com") return `a call to ${record.eventSource}`;
  if (!watchedCalls.includes(record.eventName))
    return `${record.eventName} does not change a bucket's encryption or tags`;
  if (record.errorCode) return `the call failed: ${record.errorCode}`;
  const resource = text(field(record.requestParameters, "resource")) ?? onlyResource(record);
  if (resource !== undefined && bucketOfArn(resource) === undefined) return `${resource} is not a bucket`;
  const owner = ownerOf(record.resources);
  if (owner !== undefined && record.recipientAccountId && owner !== record.recipientAccountId) {
    return `a bucket of account ${owner}, whose own trail reports it`;
  }
  return null;
}

function workOf(record: CloudTrailRecord, envelopeAccount: string | undefined): ParsedEvent {
  const work = workSchema.safeParse({
    region: createdIn(record) ?? record.awsRegion,
    account: record.recipientAccountId ?? envelopeAccount,
    bucket: targetOf(record).bucket,
    eventId: record.eventID,
    eventTime: record.eventTime,
  });
  if (!work.success) return malformed(`${record.eventName}: ${allIssues(work.error)}`);
  const { region, account, bucket } = work.data;
  return {
    kind: "work",
    ref: { partition: partitionOf(region), account, region, bucket },
    trigger: triggerOf(record, work.data, requestedChange(record.eventName, record.requestParameters)),
  };
}

/** What a call that names nothing in its request is about, where that is one thing. */
function onlyResource({ requestParameters, resources }: CloudTrailRecord): string | undefined {
  const [only, ...more] = many(resources);
  const isNamed = field(requestParameters, "bucketName") !== undefined || more.length > 0;
  return isNamed ? undefined : text(field(only, "ARN"));
}
