import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { BucketState } from "./state.ts";

/** One look at one bucket: what the ledger said before it, what asked for it, and what it found. */
export interface Look {
  readonly ref: BucketRef;
  /** The id of this look, to which belongs what it begins. */
  readonly owner: string;
  /** As the ledger holds it. */
  readonly found: BucketState;
  /** With the events of this look added. */
  readonly state: BucketState;
  readonly policyVersion: number;
  /** What is put down as the cause of what was found. */
  readonly trigger: Trigger | null;
  /** What is known of the write that the ledger says was begun. */
  readonly write: WriteSeen;
  /** Milliseconds since the epoch: when this look sent its own write; `null`: it sent none. */
  readonly wroteAt: number | null;
  /** What the bucket holds now; `null`: nothing, or nobody asked. */
  readonly observed: BucketEncryption | null;
}

/**
 * What is known of a write that was begun. `none`: there is none. `took`: the bucket shows it. `unconfirmed`: the bucket shows something
 * else. `unreadable`: the bucket cannot be read. `ended`: S3 refused it, or the bucket is gone.
 */
export type WriteSeen = "none" | "took" | "unconfirmed" | "unreadable" | "ended";
