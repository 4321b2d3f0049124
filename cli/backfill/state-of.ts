import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import { MAX_COPY_BYTES } from "#core/decide/object/strategy/copy";

/** How an object is encrypted, beside what is declared. Every object is in one of these. */
export const objectStates = [
  "as declared",
  "SSE-S3",
  "other key",
  "bucket key differs",
  "DSSE",
  "SSE-C",
  "unencrypted",
  "managed by a service",
  "excepted",
  "unreadable",
  "gone",
] as const;

export type ObjectState = (typeof objectStates)[number];

/** What else decides how an object may be treated; an object may have several of these. */
export const objectTraits = ["locked", "archived", "replica", "noncurrent", "over 5 GB"] as const;

export type ObjectTrait = (typeof objectTraits)[number];

/** The state of an object that a plan was made for. */
export function stateOf({ seen, verdict, after, before }: ObjectPlan): ObjectState {
  if (verdict === "compliant") return "as declared";
  if (verdict === "gone") return "gone";
  if (seen === null) return verdict === "exempt" || verdict === "unmanaged" ? "excepted" : "unreadable";
  const algorithm = before?.algorithm ?? "none";
  if (algorithm === "aws:kms") return after !== null && after.key === before?.key ? "bucket key differs" : "other key";
  return BY_ALGORITHM[algorithm] ?? "managed by a service";
}

/**
 * @param isCurrent - as the list has it: a look at an object under SSE-C cannot tell
 */
export function traitsOf(seen: ObjectFacts | null, isCurrent: boolean, now: number): ObjectTrait[] {
  if (seen === null) return [];
  const isLocked = seen.legalHold || (seen.lockUntil !== undefined && Date.parse(seen.lockUntil) > now);
  const isArchived = !seen.restored && (seen.archiveStatus !== undefined || ARCHIVED.has(seen.storageClass));
  const held: readonly [boolean, ObjectTrait][] = [
    [isLocked, "locked"],
    [isArchived, "archived"],
    [seen.replication === "REPLICA", "replica"],
    [!isCurrent, "noncurrent"],
    [seen.size > MAX_COPY_BYTES, "over 5 GB"],
  ];
  return held.flatMap(([has, trait]) => (has ? [trait] : []));
}

// --- internal ---

const BY_ALGORITHM: Readonly<Record<string, ObjectState>> = {
  AES256: "SSE-S3",
  "aws:kms:dsse": "DSSE",
  "SSE-C": "SSE-C",
  none: "unencrypted",
};

const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);
