import { longest } from "#core/cut";
import type { BucketEncryption, SseCState } from "#core/encryption";
import { field, many, text } from "./loose.ts";
import type { RequestedChange } from "./trigger.ts";

/**
 * The change that a call requested, from a record's `requestParameters`; `null` if the record does
 * not say. It only decides whether to look again, so a body of an unexpected shape is no error.
 *
 * No PutBucketEncryption record has been published. The shape is inferred from similar calls
 * (PutBucketReplication, PutBucketOwnershipControls), and other spellings are read too.
 */
export function requestedChange(eventName: string, requestParameters: unknown): RequestedChange | null {
  switch (eventName) {
    case "PutBucketEncryption":
      return encryption(field(requestParameters, "ServerSideEncryptionConfiguration"));
    case "DeleteBucketEncryption":
      return { kind: "encryption", encryption: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } };
    case "PutBucketTagging":
      return tags(field(requestParameters, "Tagging", "TagSet"));
    case "TagResource":
      return tags(field(requestParameters, "TagResourceRequest", "Tags"));
    case "DeleteBucketTagging":
      return { kind: "tags", tags: {} };
    case "PutBucketNotification":
      return notifications(field(requestParameters, "NotificationConfiguration"));
    default:
      return null;
  }
}

// --- internal ---

function encryption(configuration: unknown): RequestedChange | null {
  if (configuration === undefined) return null;
  const rules = many(field(configuration, "Rule") ?? field(configuration, "Rules"));
  const sseC = blocked(field(rules[0], "BlockedEncryptionTypes"));
  if (rules.length > 1 || sseC === null) return null;
  const algorithm = text(field(rules[0], "ApplyServerSideEncryptionByDefault", "SSEAlgorithm"));
  const key = text(field(rules[0], "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID"));
  // It is compared with what the bucket shows, so it is not cut: the record does not say.
  if ((algorithm ?? "").length > longest.name || (key ?? "").length > longest.key) return null;
  const encryption: BucketEncryption = {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(key === undefined ? {} : { key }),
    bucketKey: text(field(rules[0], "BucketKeyEnabled"))?.toLowerCase() === "true",
    sseC,
  };
  return { kind: "encryption", encryption };
}

function blocked(element: unknown): SseCState | null {
  const types = many(field(element, "EncryptionType") ?? element);
  if (types.length === 0) return "not-stated";
  return types.length === 1 && (types[0] === "SSE-C" || types[0] === "NONE") ? types[0] : null;
}

/** S3 replaces the whole configuration, so what it does not name is off. */
function notifications(configuration: unknown): RequestedChange | null {
  if (configuration === undefined) return null;
  return { kind: "notifications", sendsEvents: field(configuration, "EventBridgeConfiguration") !== undefined };
}

function tags(set: unknown): RequestedChange | null {
  if (set === undefined) return null;
  const pairs = many(field(set, "Tag") ?? (Array.isArray(set) ? set : undefined)).map(
    (tag) => [text(field(tag, "Key")), text(field(tag, "Value")) ?? ""] as const,
  );
  const named = pairs.flatMap(([key, value]) => (key === undefined ? [] : [[key, value] as const]));
  return named.length === pairs.length ? { kind: "tags", tags: Object.fromEntries(named) } : null;
}
