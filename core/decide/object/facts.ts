import type { Facts } from "#core/decide/facts";
import type { ObjectEncryption } from "#core/encryption";
import type { ObjectSource } from "#core/event/trigger";
import type { Fact } from "#core/fact";
import type { KeyNeed } from "#core/key/lookup";
import type { MatchNeed } from "#core/match/holds";
import type { ObjectRef } from "#core/names";

/**
 * The part of HeadObject's response that deciding and repairing depend on.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export interface ObjectFacts {
  readonly encryption: ObjectEncryption;
  /** Bytes. */
  readonly size: number;
  /** With its quotes, as conditional requests need it. */
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** Absent in a bucket that was never versioned. */
  readonly versionId?: string;
  readonly storageClass: string;
  /** `ARCHIVE_ACCESS`, `DEEP_ARCHIVE_ACCESS` of Intelligent-Tiering. */
  readonly archiveStatus?: string;
  /** Whether a temporary copy of an archived object exists. */
  readonly restored: boolean;
  /** `PENDING`, `COMPLETED`, `FAILED` at a source, `REPLICA` at a destination. */
  readonly replication?: string;
  readonly lockMode?: string;
  /** ISO 8601. */
  readonly lockUntil?: string;
  readonly legalHold: boolean;
  readonly websiteRedirect?: string;
  /** False: a newer version or a delete marker is on top. */
  readonly isCurrent: boolean;
  /** Milliseconds since the epoch, by the server's clock: when it responded. */
  readonly servedAt: number;
}

/** The input of `decideObject`: the bucket's facts for matching and keys, and the object's own. */
export interface ObjectDecisionFacts extends Facts {
  readonly object: ObjectRef;
  /** Whether it is looked at because it is there, and not because it was written. */
  readonly atRest?: boolean;
  /**
   * Where the triggering events come from; absent: no event triggered this, so the rule's `source`
   * does not matter.
   */
  readonly sources?: readonly ObjectSource[];
  /** Where copies in parts are allowed, the largest object that is copied in one; absent: 5 GB. */
  readonly mostBytes?: number | undefined;
  /** `null`: deleted, which is normal after an event. */
  readonly head?: Fact<ObjectFacts | null>;
  /** Who pays for requests to the bucket; requested only if HeadObject was refused. */
  readonly payer?: Fact<Payer>;
}

/** As GetBucketRequestPayment returns it. */
export type Payer = "BucketOwner" | "Requester";

/** A fact that `decideObject` may request. */
export type ObjectNeed = { readonly fact: "head" } | { readonly fact: "payer" } | MatchNeed | KeyNeed;
