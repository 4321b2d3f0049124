import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";

/**
 * One way to bring an object to another encryption: when it will do, and how to tell what it did.
 * Pure; the call itself is the writer's, under the same name.
 */
export interface Strategy<Name extends string> {
  readonly name: Name;
  /**
   * Puts a new object in the place of the old one. That moves its bytes, sends an event of its own,
   * and could bury what it did not see.
   */
  readonly replaces: boolean;
  /** Why nothing is written where the writer may not make the call. */
  readonly unavailable: Reason;
  /** Why it will not do for this object; `null`: it will. */
  obstacle(
    seen: ObjectFacts,
    wanted: WantedObjectEncryption,
    rule: { readonly ref: BucketRef; readonly copy: boolean },
  ): Reason | null;
  /**
   * Judges a write by what HeadObject shows afterwards, of an object that is there and can be read.
   */
  observed(write: PlannedWrite, receipt: Receipt, now: ObjectFacts): ObservedWrite;
  /** Whether what is seen now is what a write left behind, whatever its encryption. */
  isOurs(write: PlannedWrite, receipt: Receipt, now: ObjectFacts): boolean;
}

/** What a write was planned by. */
export interface PlannedWrite {
  readonly seen: ObjectFacts;
  readonly after: WantedObjectEncryption;
}

/**
 * S3's word that it accepted a write: `versionId` and `etag` of what was written, `sourceVersionId`
 * of what a copy read, where the response names them.
 */
export interface Receipt {
  readonly kind: "written";
  readonly versionId?: string;
  readonly etag?: string;
  readonly sourceVersionId?: string;
}

/** What a look after a write shows. */
export type ObservedWrite =
  | { readonly kind: "as wanted" }
  /** A newer write, or a deletion: the later writer wins, and the object is looked at anew. */
  | { readonly kind: "moved"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string }
  /** The very thing that was written has other bytes than before: stop. */
  | { readonly kind: "alarm"; readonly what: string };
