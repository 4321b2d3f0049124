import type { ObjectTrigger } from "#core/event/trigger";
import { parseKmsArn } from "#core/key/arn";
import type { DeclaredKeys } from "#core/key/policy-keys";
import type { BucketRef } from "#core/names";

/** A sign of re-keying: a key that the policy names nowhere, or one that only the writer holds. */
export interface Rekeying {
  readonly kind: "foreign-key" | "customer-key";
  /** The key as the event names it; `null` with SSE-C. */
  readonly key: string | null;
}

/**
 * Detects from a data event alone, without a call, encryption with an undeclared key or SSE-C. A
 * key whose spelling cannot be compared is not called foreign: the look at the object finds out.
 * The bucket's own default is not the caller's choice; if it is wrong, the bucket is repaired. The
 * event that ends a multipart upload does not say whether the default chose the key, so there only
 * another account's key is called foreign.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption-tracking.html
 */
export function rekeying(trigger: ObjectTrigger, ref: BucketRef, declared: DeclaredKeys): Rekeying | null {
  const { applied } = trigger;
  if (applied === null || applied.sse?.startsWith("Default_") === true) return null;
  if (applied.sse === "SSE_C") return { kind: "customer-key", key: null };
  const key = parseKmsArn(applied.key ?? "");
  if (applied.key === null || key?.kind !== "key") return null;
  if (declared.arns.has(applied.key) || declared.unread.has(key.account)) return null;
  const mayBeDefault = applied.sse === null && trigger.eventName === "CompleteMultipartUpload";
  return mayBeDefault && key.account === ref.account ? null : { kind: "foreign-key", key: applied.key };
}

// --- internal ---
