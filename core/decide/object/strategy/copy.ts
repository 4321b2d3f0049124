import type { ObjectFacts } from "#core/decide/object/facts";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import { alarm, hasWanted, isVersion } from "./observe.ts";
import type { CopyRule, ObservedWrite, PlannedWrite, Receipt, Strategy } from "./strategy.ts";

/**
 * The largest object that one CopyObject takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const MAX_COPY_BYTES = 5 * 1024 ** 3;

/**
 * CopyObject of the current object onto itself, to any encryption. It has side effects (a new
 * version, events, lifecycle age), so the rule must allow it.
 */
export const copy: Strategy<"copy"> = {
  name: "copy",
  replaces: true,
  unavailable: {
    code: "copy-not-allowed",
    text: "the stack was deployed without its copy option, so permissions are missing",
  },
  obstacle,
  observed,
  isOurs,
};

/** Why an object must not or cannot be copied, whatever its size. */
export function uncopiable(seen: ObjectFacts): Reason | null {
  if (!seen.isCurrent) {
    return { code: "object-not-current", text: "a copy would hide the newer version" };
  }
  const archive = archiveOf(seen);
  return archive === null ? null : { code: "object-archived", text: `the object is archived (${safe(archive)})` };
}

/** Whether an object is too large for one copy, or for what the deployment copies in one. */
export function isLarge({ size }: ObjectFacts, { copy, copyLarge, mostBytes }: CopyRule): boolean {
  const most = copy && copyLarge === true ? (mostBytes ?? MAX_COPY_BYTES) : MAX_COPY_BYTES;
  return size > Math.min(most, MAX_COPY_BYTES);
}

// --- internal ---

/** Instant Retrieval is not archived: its objects are read and copied like any other. */
const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

function obstacle(seen: ObjectFacts, _: unknown, rule: CopyRule): Reason | null {
  const uncopied = uncopiable(seen);
  if (uncopied !== null) return uncopied;
  if (isLarge(seen, rule)) {
    return { code: "copy-too-large", text: `one copy can take at most 5 GB; the object has ${seen.size} bytes` };
  }
  return rule.copy ? null : { code: "copy-not-allowed", text: "the rule does not set copy: true" };
}

/** The archive tier of the object; `null`: it is readable, as a temporarily restored copy is. */
function archiveOf({ storageClass, archiveStatus, restored }: ObjectFacts): string | null {
  if (restored) return null;
  return archiveStatus ?? (ARCHIVED.has(storageClass) ? storageClass : null);
}

/**
 * Verifies a copy. It has a new time and usually a new ETag; only the size must stay, and only of
 * the version it created.
 */
function observed(write: PlannedWrite, receipt: Receipt, now: ObjectFacts): ObservedWrite {
  if (!isOurs(write, receipt, now)) return { kind: "moved", why: "overwritten after the copy" };
  const isAltered = now.size !== write.seen.size || (receipt.etag !== undefined && now.etag !== receipt.etag);
  if (isAltered) return alarm(write.seen, now);
  return hasWanted(write, now) ? { kind: "as wanted" } : { kind: "moved", why: "the copy's encryption is not seen" };
}

function isOurs(_: unknown, receipt: Receipt, now: ObjectFacts): boolean {
  return isVersion(receipt.versionId)
    ? now.versionId === receipt.versionId
    : receipt.etag !== undefined && now.etag === receipt.etag;
}
