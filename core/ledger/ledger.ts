import type { Alert } from "#core/alert/schema";
import type { BucketRef } from "#core/names";
import type { BucketState } from "./state.ts";

export interface Ledger {
  read(ref: BucketRef): Promise<BucketState>;
  /** Writes `state` if nobody wrote since `state.rev` was read; answers the new revision, or `null` if somebody did. */
  save(ref: BucketRef, state: BucketState): Promise<BucketState | null>;
}

/** What recording a look needs. */
export interface LedgerPorts {
  readonly ledger: Ledger;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}
