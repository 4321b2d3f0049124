import * as z from "zod";
import { cut, longest } from "#core/cut";
import { actorOf, issuerOf } from "./actor.ts";
import { API_CALL, envelopeSchema, parsed } from "./envelope.ts";
import { field, many, text } from "./loose.ts";
import type { RequestedChange, Trigger } from "./trigger.ts";

/**
 * A CloudTrail record: the fields that are read. Only those that decide whether a call matters are
 * type-checked.
 */
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

export type CloudTrailRecord = z.infer<typeof recordSchema>;

/**
 * The fields every event must have: which bucket, which event, when. They steer the look, so one
 * that is longer than any of AWS's is an error and not cut.
 */
export const eventFields = {
  region: z
    .string()
    .max(32)
    .regex(/^[a-z]+(-[a-z]+)+-\d+$/),
  account: z.string().regex(/^\d{12}$/),
  bucket: z.string().regex(/^[A-Za-z0-9._-]{3,255}$/),
  eventId: z.string().min(1).max(longest.name),
  eventTime: z.iso.datetime().max(32),
};

/** An event that is irrelevant, or that cannot be understood. */
export type Unusable =
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** A CloudTrail record, with the account of the envelope that it came in. */
interface Arrived {
  readonly kind: "record";
  readonly record: CloudTrailRecord;
  readonly account: string | undefined;
}

/**
 * Reads a CloudTrail record, as EventBridge delivers it (text or parsed) or bare.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-s3.html
 */
export function arrivedRecord(body: unknown): Arrived | Unusable {
  const json = parsed(body);
  const envelope = envelopeSchema.safeParse(json).data;
  if (envelope !== undefined && envelope["detail-type"] !== API_CALL) {
    return ignore(`detail-type is ${envelope["detail-type"]}, not ${API_CALL}`);
  }
  const record = recordSchema.safeParse(envelope?.detail ?? json);
  if (!record.success) return malformed(`no CloudTrail record: ${allIssues(record.error)}`);
  return { kind: "record", record: record.data, account: envelope?.account };
}

/** The trigger that a record is, with the fields that were checked by `eventFields`. */
export function triggerOf(
  { eventName, userIdentity, sourceIPAddress }: CloudTrailRecord,
  { eventId, eventTime }: Pick<Trigger, "eventId" | "eventTime">,
  requested: RequestedChange | null,
): Trigger {
  const actor = actorOf(userIdentity, sourceIPAddress);
  return { eventId, eventName, eventTime, actor, issuer: issuerOf(userIdentity), requested };
}

/** An irrelevant event. */
export function ignore(why: string): Unusable {
  return { kind: "ignore", why: cut(why, longest.text) };
}

/** An event that cannot be understood. */
export function malformed(why: string): Unusable {
  return { kind: "malformed", why: cut(why, longest.text) };
}

/** All validation errors of an event, in one line. */
export function allIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${String(issue.path[0] ?? "body")}: ${issue.message}`).join("; ");
}

/**
 * The Region that CreateBucket puts its bucket in: the record's own is that of the endpoint, and
 * us-east-1's takes buckets for any other. `undefined`: another call, or no location, which is the
 * endpoint's Region.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
 */
export function createdIn(record: unknown): string | undefined {
  if (field(record, "eventName") !== "CreateBucket") return undefined;
  const location = text(field(record, "requestParameters", "CreateBucketConfiguration", "LocationConstraint"));
  if (location === "EU") return "eu-west-1";
  return location || undefined;
}

/**
 * The account that owns the bucket of a call, from the record's `resources`; `undefined` if they do
 * not say. A call on another account's bucket is recorded in the caller's account too. (A new
 * bucket always belongs to the caller.)
 *
 * @param bucket - which of several: CopyObject also names the bucket it reads from
 */
export function ownerOf(resources: unknown, bucket?: string): string | undefined {
  const isTheBucket = (resource: unknown) =>
    bucket === undefined
      ? field(resource, "type") === "AWS::S3::Bucket"
      : text(field(resource, "ARN"))?.endsWith(`:::${bucket}`);
  const owner = text(field(many(resources).find(isTheBucket), "accountId"));
  return owner !== undefined && /^\d{12}$/.test(owner) ? owner : undefined;
}
