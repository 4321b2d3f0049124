import type { ObjectWrite } from "./object-ports.ts";
import type { ObjectFacts, ObjectPlan } from "./object-types.ts";
import { safe } from "./safe.ts";
import type { Fact } from "./types.ts";

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
 * versions, the same Last-Modified, and that only if a write after the first look could not have had it: HTTP's times are whole seconds.
 */
export function observedWrite(
  plan: ObjectPlan,
  seen: ObjectFacts,
  written: Extract<ObjectWrite, { kind: "written" }>,
  head: Fact<ObjectFacts | null>,
): ObservedWrite {
  if (!head.known) return { kind: "unreadable", why: `the write could not be read back: ${safe(head.error.name)}` };
  const now = head.value;
  if (now === null) return { kind: "moved", why: "deleted after the write" };
  return plan.action === "copy" ? afterCopy(plan, seen, written, now) : afterUpdate(plan, seen, now);
}

// --- internal ---

function afterUpdate(plan: ObjectPlan, seen: ObjectFacts, now: ObjectFacts): ObservedWrite {
  const isSameBytes = now.size === seen.size && now.etag === seen.etag;
  if (!isSameBytes && isSameGeneration(seen, now)) return { kind: "alarm", what: difference(seen, now) };
  if (!isSameBytes) return { kind: "moved", why: "overwritten after the update" };
  return asWanted(plan, now) ? { kind: "as wanted" } : { kind: "moved", why: "the update is not seen, or was undone" };
}

/** A copy has a new ETag and time; what it must keep is the size, and only of what it made itself. */
function afterCopy(
  plan: ObjectPlan,
  seen: ObjectFacts,
  written: Extract<ObjectWrite, { kind: "written" }>,
  now: ObjectFacts,
): ObservedWrite {
  const isOurs =
    written.versionId === undefined || written.versionId === "null"
      ? written.etag !== undefined && now.etag === written.etag
      : now.versionId === written.versionId;
  if (!isOurs) return { kind: "moved", why: "overwritten after the copy" };
  if (now.size !== seen.size) return { kind: "alarm", what: difference(seen, now) };
  return asWanted(plan, now) ? { kind: "as wanted" } : { kind: "moved", why: "the copy's encryption is not seen" };
}

function isSameGeneration(seen: ObjectFacts, now: ObjectFacts): boolean {
  if (seen.versionId !== undefined && seen.versionId !== "null") return seen.versionId === now.versionId;
  return (
    seen.versionId === now.versionId &&
    seen.lastModified === now.lastModified &&
    seen.servedAt >= Date.parse(seen.lastModified) + 1000
  );
}

function asWanted({ after }: ObjectPlan, { encryption }: ObjectFacts): boolean {
  return (
    encryption.algorithm === after?.algorithm &&
    (after.key === undefined || encryption.key === after.key) &&
    (after.algorithm !== "aws:kms" || encryption.bucketKey === after.bucketKey)
  );
}

function difference(seen: ObjectFacts, now: ObjectFacts): string {
  return `the same object had ${seen.size} bytes and ETag ${safe(seen.etag)} before the write, and ${now.size} bytes and ETag ${safe(now.etag)} after it`;
}
