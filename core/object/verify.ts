import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectWritePlan } from "#core/decide/object/plan";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import type { ObjectWrite } from "./ports.ts";
import { sameObject } from "./same.ts";

export type Written = Extract<ObjectWrite, { kind: "written" }>;

/** What a look after a write shows. */
export type ObservedWrite =
  | { readonly kind: "as wanted" }
  /** A newer write, or a deletion: whoever made it wins, and the object is looked at anew. */
  | { readonly kind: "moved"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string }
  /** The very thing that was written has other bytes than before: stop. */
  | { readonly kind: "alarm"; readonly what: string };

/**
 * Judges a write by what HeadObject shows afterwards. An alarm needs proof that it is the same generation: the same version id, or, without
 * versions, the same Last-Modified, and that only if a write after the first look could not have had it. HTTP's times are whole seconds, and a
 * multipart upload carries the time at which it was begun, however late it ends, so neither proves anything by itself.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function observedWrite(plan: ObjectWritePlan, written: Written, head: Fact<ObjectFacts | null>): ObservedWrite {
  if (!head.known) return { kind: "unreadable", why: `the write could not be read back: ${safe(head.error.name)}` };
  const now = head.value;
  if (now === null) return { kind: "moved", why: "deleted after the write" };
  if (now.encryption.algorithm === "SSE-C") return { kind: "moved", why: "under SSE-C after the write" };
  return plan.action === "copy" ? afterCopy(plan, written, now) : afterUpdate(plan, now);
}

/** Whether what is seen now is what a write left behind, whatever its encryption. */
export function isOurs(plan: ObjectWritePlan, written: Written, now: ObjectFacts): boolean {
  if (plan.action === "update") return sameObject(plan.seen, now);
  return isVersion(written.versionId)
    ? now.versionId === written.versionId
    : written.etag !== undefined && now.etag === written.etag;
}

// --- internal ---

function afterUpdate(plan: ObjectWritePlan, now: ObjectFacts): ObservedWrite {
  const { seen } = plan;
  if (now.size === seen.size && now.etag === seen.etag) {
    return asWanted(plan, now)
      ? { kind: "as wanted" }
      : { kind: "moved", why: "the update is not seen, or was undone" };
  }
  if (isSameGeneration(seen, now)) return { kind: "alarm", what: difference(seen, now) };
  return { kind: "moved", why: "overwritten after the look that the update was made for" };
}

/** A copy has a new time and mostly a new ETag; what it must keep is the size, and only of what it made itself. */
function afterCopy(plan: ObjectWritePlan, written: Written, now: ObjectFacts): ObservedWrite {
  if (!isOurs(plan, written, now)) return { kind: "moved", why: "overwritten after the copy" };
  const isAltered = now.size !== plan.seen.size || (written.etag !== undefined && now.etag !== written.etag);
  if (isAltered) return { kind: "alarm", what: difference(plan.seen, now) };
  return asWanted(plan, now) ? { kind: "as wanted" } : { kind: "moved", why: "the copy's encryption is not seen" };
}

/** The null version is a place that every write without versioning takes, not the name of one write. */
function isVersion(versionId: string | undefined): boolean {
  return versionId !== undefined && versionId !== "null";
}

function isSameGeneration(seen: ObjectFacts, now: ObjectFacts): boolean {
  if (seen.versionId !== now.versionId) return false;
  if (isVersion(seen.versionId)) return true;
  const isLater = seen.servedAt >= Date.parse(seen.lastModified) + 1000;
  return seen.lastModified === now.lastModified && isLater && !isMultipart(now);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
function isMultipart({ etag }: ObjectFacts): boolean {
  return /-\d+"?$/.test(etag);
}

function asWanted({ after }: ObjectWritePlan, { encryption }: ObjectFacts): boolean {
  return (
    encryption.algorithm === after.algorithm &&
    (after.key === undefined || encryption.key === after.key) &&
    (after.algorithm !== "aws:kms" || encryption.bucketKey === after.bucketKey)
  );
}

function difference(seen: ObjectFacts, now: ObjectFacts): string {
  return `the same object had ${seen.size} bytes and ETag ${safe(seen.etag)} before the write, and ${now.size} bytes and ETag ${safe(now.etag)} after it`;
}
