import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";

/**
 * A strategy for re-encrypting an object: when it applies, and how to verify it. Pure; the writer
 * makes the call, under the same name.
 */
export interface Strategy<Name extends string> {
  readonly name: Name;
  /**
   * Whether it replaces the object. That moves its bytes, sends an event of its own, and could hide
   * what it did not see.
   */
  readonly replaces: boolean;
  /** The reason for writing nothing if the writer may not make the call. */
  readonly unavailable: Reason;
  /** Why it cannot be used for this object; `null`: it can. */
  obstacle(seen: ObjectFacts, wanted: WantedObjectEncryption, rule: CopyRule): Reason | null;
  /**
   * Judges a write by what HeadObject shows afterwards, for an object that exists and is readable.
   */
  observed(write: PlannedWrite, receipt: Receipt, now: ObjectFacts): ObservedWrite;
  /** Whether the object seen now is the result of the write, whatever its encryption. */
  isOurs(write: PlannedWrite, receipt: Receipt, now: ObjectFacts): boolean;
}

/** What the rule says about copies of the objects of a bucket. */
export interface CopyRule {
  readonly ref: BucketRef;
  readonly copy: boolean;
  /** Whether objects that are too large for one copy may be copied in parts. */
  readonly copyLarge?: boolean;
  /** Where copies in parts are allowed, the largest object that is copied in one; absent: 5 GB. */
  readonly mostBytes?: number | undefined;
}

/** The input of a planned write. */
export interface PlannedWrite {
  readonly seen: ObjectFacts;
  readonly after: WantedObjectEncryption;
}

/**
 * S3's receipt for a write: `versionId` and `etag` of what was written, `sourceVersionId` of what a
 * copy read, if the response names them.
 */
export interface Receipt {
  readonly kind: "written";
  readonly versionId?: string;
  readonly etag?: string;
  readonly sourceVersionId?: string;
}

/** The finding of a look after a write. */
export type ObservedWrite =
  | { readonly kind: "as wanted" }
  /** A newer write or a deletion: the later writer wins, and the object is looked at again. */
  | { readonly kind: "moved"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string }
  /** The object that was written has different bytes than before: stop. */
  | { readonly kind: "alarm"; readonly what: string };
