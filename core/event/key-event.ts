import * as z from "zod";
import { cut, longest } from "#core/cut";
import { partitionOf } from "#core/names";
import { grantCalls, keyCalls } from "./calls.ts";
import { field, many, text } from "./loose.ts";
import {
  allIssues,
  arrivedRecord,
  type CloudTrailRecord,
  eventFields,
  ignore,
  malformed,
  triggerOf,
  type Unusable,
} from "./record.ts";
import type { Trigger } from "./trigger.ts";

/** An event about KMS keys: which of them to look at, and who caused it. */
export interface KeyEvent {
  readonly kind: "key";
  /** The ARNs of the keys and aliases that the call names. */
  readonly arns: readonly string[];
  readonly trigger: Trigger;
}

/**
 * Parses a CloudTrail record about a KMS key, as EventBridge delivers it (text or parsed) or bare.
 * Total: an unreadable event is `malformed` with a reason, never an exception. The keys are those
 * that `resources` and the request name.
 * https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
 */
export function parseKeyEvent(body: unknown): KeyEvent | Unusable {
  const arrived = arrivedRecord(body);
  if (arrived.kind !== "record") return arrived;
  const { eventName, eventSource, errorCode } = arrived.record;
  if (eventSource !== "kms.amazonaws.com") return ignore(`a call to ${eventSource}`);
  if (!keyCalls.includes(eventName) && !grantCalls.includes(eventName)) {
    return ignore(`${eventName} makes no key usable or unusable`);
  }
  if (errorCode) return ignore(`the call failed: ${errorCode}`);
  return eventOf(arrived.record);
}

// --- internal ---

const eventSchema = z.object({
  eventId: eventFields.eventId,
  eventTime: eventFields.eventTime,
  arns: z.array(z.string()).min(1, "names no key and no alias"),
});

/** A call names an alias and its key at most; more are not AWS's. */
const MAX_ARNS = 4;

function eventOf(record: CloudTrailRecord): KeyEvent | Unusable {
  const { eventName } = record;
  const named = eventSchema.safeParse({ eventId: record.eventID, eventTime: record.eventTime, arns: arnsOf(record) });
  if (!named.success) return malformed(`${cut(eventName, longest.name)}: ${allIssues(named.error)}`);
  return { kind: "key", arns: named.data.arns, trigger: triggerOf(record, named.data, null) };
}

/** From the request, too, where it names them in full: older records have no `resources`. */
function arnsOf({ resources, requestParameters, awsRegion, recipientAccountId }: CloudTrailRecord): string[] {
  const place = `arn:${partitionOf(`${awsRegion}`)}:kms:${awsRegion}:${recipientAccountId}`;
  const named = [
    ...many(resources).map((resource) => text(field(resource, "ARN"))),
    ...["keyId", "targetKeyId", "aliasName"].map((name) => text(field(requestParameters, name))),
  ];
  const arns = named.flatMap((name) =>
    name === undefined ? [] : name.startsWith("arn:") ? name : inFull(name, place),
  );
  return [...new Set(arns.filter((arn) => KMS_ARN.test(arn)))].slice(0, MAX_ARNS);
}

function inFull(name: string, place: string): string {
  return name.startsWith("alias/") ? `${place}:${name}` : `${place}:key/${name}`;
}

const KMS_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[A-Za-z0-9/_-]{1,256}$/;
