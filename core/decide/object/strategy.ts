import type { WantedObjectEncryption } from "#core/encryption";
import { parseKmsArn } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectFacts } from "./facts.ts";

/** How to re-encrypt an object; `hold`: Bucketseal cannot, with the reason. */
export type ObjectStrategy =
  | { readonly kind: "update" }
  | { readonly kind: "copy" }
  | { readonly kind: "hold"; readonly reason: Reason };

/** The largest object that one CopyObject takes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const MAX_COPY_BYTES = 5 * 1024 ** 3;

/**
 * Chooses the strategy from the object's properties, before any call: UpdateObjectEncryption
 * returns the same AccessDenied for every obstacle. It re-encrypts SSE-S3 and SSE-KMS objects under
 * a key of the bucket's own account. Everything else needs a copy, which is made only if the rule
 * allows it, and never if it would hide or lose something.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html
 */
export function chooseStrategy(
  seen: ObjectFacts,
  wanted: WantedObjectEncryption,
  facts: { readonly ref: BucketRef; readonly now: number; readonly copy: boolean },
): ObjectStrategy {
  const held = locked(seen, facts.now) ?? replicated(seen);
  if (held !== null) return held;
  const obstacle = updateObstacle(seen, wanted, facts.ref);
  if (obstacle === null) return { kind: "update" };
  if (!seen.isCurrent) {
    return hold("object-not-current", `${obstacle}, and a copy would hide the newer version`);
  }
  const archive = archiveOf(seen);
  if (archive !== null) return hold("object-archived", `${obstacle}, and the object is archived (${safe(archive)})`);
  if (seen.size > MAX_COPY_BYTES) {
    return hold("copy-too-large", `${obstacle}, and one copy can take at most 5 GB; the object has ${seen.size} bytes`);
  }
  if (!facts.copy) return hold("copy-not-allowed", `${obstacle}, and the rule does not set copy: true`);
  return { kind: "copy" };
}

// --- internal ---

/** Instant Retrieval is not archived: its objects are read and copied like any other. */
const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** The archive tier of the object; `null`: it is readable, as a temporarily restored copy is. */
function archiveOf({ storageClass, archiveStatus, restored }: ObjectFacts): string | null {
  if (restored) return null;
  return archiveStatus ?? (ARCHIVED.has(storageClass) ? storageClass : null);
}

function updateObstacle(seen: ObjectFacts, wanted: WantedObjectEncryption, ref: BucketRef): string | null {
  const from = seen.encryption.algorithm;
  if (from !== "AES256" && from !== "aws:kms") return `an object under ${from} needs a copy`;
  if (wanted.algorithm !== "aws:kms") return `re-encrypting to ${wanted.algorithm} needs a copy`;
  if (parseKmsArn(wanted.key ?? "")?.account !== ref.account) return "a key of another account needs a copy";
  return null;
}

function locked(seen: ObjectFacts, now: number): ObjectStrategy | null {
  if (seen.legalHold) return hold("object-locked", "the object is under a legal hold");
  if (seen.lockUntil === undefined || Date.parse(seen.lockUntil) <= now) return null;
  return hold(
    "object-locked",
    `the object is locked (${safe(seen.lockMode ?? "retention")}) until ${safe(seen.lockUntil)}`,
  );
}

function replicated({ replication }: ObjectFacts): ObjectStrategy | null {
  if (replication === "REPLICA") {
    return hold("object-replica", "the object is a replica: its source determines its encryption");
  }
  if (replication !== "PENDING") return null;
  return hold("replication-pending", "replication of the object is pending, and a change now might stop it");
}

function hold(code: ReasonCode, text: string): ObjectStrategy {
  return { kind: "hold", reason: { code, text } };
}
