import type { Alert } from "#core/alert/schema";
import type { WantedEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Fact, FactError } from "#core/fact";
import type { GuardedReader } from "#core/guard/reader";
import type { Ledger, WindowBackfills } from "#core/ledger/ledger";
import type { PolicyInForce } from "#core/match/in-force";
import type { BucketRef } from "#core/names";

/**
 * The result of writing a bucket's encryption; `gone`: the bucket no longer exists, `superseded`:
 * nothing was sent, since the bucket has changed.
 */
export type BucketWrite =
  | { readonly kind: "written" }
  | { readonly kind: "superseded" }
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly error: FactError };

interface BucketWriter {
  /** `isCurrent` is asked right before the write is sent: whether its look still counts. */
  put(ref: BucketRef, wanted: WantedEncryption, isCurrent?: () => Promise<boolean>): Promise<BucketWrite>;
}

export interface Ports {
  readonly reader: GuardedReader;
  readonly writer: BucketWriter;
  readonly ledger: Ledger;
  /** Absent: this deployment has no backfills. */
  readonly backfills?: WindowBackfills;
  readonly policy: () => Promise<PolicyInForce>;
  /**
   * Whether writes are paused: `null` if not, else by whom and why; if unknown, writes are not
   * allowed. `fresh`: right before a write, when only an answer of the last second counts.
   */
  readonly paused: (fresh?: boolean) => Promise<Fact<string | null>>;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A new id for an intent and its alert. */
  readonly newId: () => string;
  /** ISO 8601: when a person closed the bucket's breaker last; `null`: nobody did. */
  readonly resumed: (ref: BucketRef) => Promise<string | null>;
  /**
   * Whether a bucket is in another account or Region than the stage's own. Absent: the stage looks
   * after no other.
   */
  readonly isMember?: (ref: BucketRef) => boolean;
  /** The ARN of the role that writes a bucket, for people. */
  readonly role: (ref: BucketRef) => string;
  /** Whether Bucketseal itself made the call behind an event about a bucket. */
  readonly isOwn: (trigger: Trigger, ref: BucketRef) => boolean;
}
