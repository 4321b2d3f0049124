import type { BucketEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { Breaker, BreakerLimits } from "./breaker.ts";
import type { Closes } from "./drift.ts";
import type { BucketState, RefusedWrite } from "./state.ts";

/** One look at one bucket: the ledger's state before it, its triggers, and what it found. */
export interface Look {
  readonly ref: BucketRef;
  /** Whether it is in another account or Region than the stage's own. */
  readonly isMember: boolean;
  /** The id of this look, which owns what it starts. */
  readonly owner: string;
  /** As the ledger holds it. */
  readonly found: BucketState;
  /** With the events of this look added. */
  readonly state: BucketState;
  readonly policyVersion: number;
  /** The event to blame for what was found. */
  readonly trigger: Trigger | null;
  /** The state of the write that the ledger records as started. */
  readonly write: WriteSeen;
  /** Milliseconds since the epoch: when this look sent its own write; `null`: none. */
  readonly wroteAt: number | null;
  /**
   * Whether a write took, and something stands beside it that it did not change: that is looked at
   * next.
   */
  readonly isRest: boolean;
  /** The bucket's current encryption; `null`: none, or it was not read. */
  readonly observed: BucketEncryption | null;
  /** What the policy says about repetitions. */
  readonly limits: LookLimits;
  /** How windows of drift are closed by themselves; absent or `null`: nobody asks for that. */
  readonly closes?: Closes | null;
  /** The write of this look that somebody else's policy refused; absent: none was. */
  readonly refused?: RefusedWrite;
  /** The open breaker that stopped this look from writing; `null`: none did. */
  readonly stopped: Breaker | null;
}

/** How much is repeated before it is stopped, or counted instead of told. */
export interface LookLimits {
  readonly breaker: BreakerLimits;
  /** Seconds for which the like of an alert is counted instead of sent. */
  readonly fold: number;
}

/**
 * The state of a started write. `none`: there is none. `took`: the bucket shows it. `overwritten`:
 * S3 took it, and somebody else wrote before it was seen. `unconfirmed`: the bucket shows something
 * else, and S3's answer is not known. `unreadable`: the bucket cannot be read. `ended`: S3 refused
 * it, or the bucket is gone.
 */
export type WriteSeen = "none" | "took" | "overwritten" | "unconfirmed" | "unreadable" | "ended";
