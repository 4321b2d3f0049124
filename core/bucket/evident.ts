import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import { isHazardCall, isTagCall } from "#core/event/calls";
import type { Trigger } from "#core/event/trigger";

/**
 * Whether this look evidently saw what a call requested, so that it was not too early. S3's bucket
 * configurations are eventually consistent: a bucket that shows no change yet may still show it
 * later. False if unsure, which only costs another look.
 *
 * @param tags - the tags that the plan depends on; omit them if none were read, since then no tag
 *   could have decided
 */
export function evidentlySeen(trigger: Trigger, plan: Plan, tags?: Readonly<Record<string, string>>): boolean {
  if (trigger.eventName === "DeleteBucket") return plan.verdict === "gone";
  if (isTagCall(trigger)) return tags === undefined || showsTags(trigger, tags);
  // What hazards depend on matters where there is something to write, or nothing could be read.
  if (isHazardCall(trigger)) return plan.verdict !== "violation" && plan.verdict !== "unknown";
  if (plan.verdict === "exempt" || plan.verdict === "unmanaged") return true;
  if (plan.before === null) return false;
  if (trigger.eventName === "CreateBucket") return isAsCreated(plan.before);
  return trigger.requested?.kind === "encryption" && shows(trigger.requested.encryption, plan.before);
}

/**
 * Whether this look evidently saw something different from what the call requested: it was too
 * early, or there is a later call. False if the event does not say what was requested.
 */
export function evidentlyUnseen(trigger: Trigger, plan: Plan, tags?: Readonly<Record<string, string>>): boolean {
  const told = trigger.requested?.kind === (isTagCall(trigger) ? "tags" : "encryption");
  return told && !evidentlySeen(trigger, plan, tags);
}

// --- internal ---

/** The encryption of a new bucket, and of a configuration that states nothing. */
function isAsCreated(observed: BucketEncryption): boolean {
  return (observed.algorithm ?? "AES256") === "AES256" && !observed.bucketKey;
}

/** S3 turns a missing algorithm into AES256 and a missing `BlockedEncryptionTypes` into blocked. */
function shows(requested: BucketEncryption, observed: BucketEncryption): boolean {
  return (
    (requested.algorithm ?? "AES256") === (observed.algorithm ?? "AES256") &&
    requested.key === observed.key &&
    requested.bucketKey === observed.bucketKey &&
    (requested.sseC === observed.sseC || (requested.sseC === "not-stated" && observed.sseC === "SSE-C"))
  );
}

/**
 * TagResource adds to the existing tags; the others replace them. What UntagResource removed is
 * unknown.
 */
function showsTags({ eventName, requested }: Trigger, tags: Readonly<Record<string, string>>): boolean {
  if (requested?.kind !== "tags") return false;
  const asked = Object.entries(requested.tags);
  const areThere = asked.every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
  return areThere && (eventName === "TagResource" || asked.length === Object.keys(tags).length);
}
