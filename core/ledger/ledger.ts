import type { Alert } from "#core/alert/schema";
import type { BucketRef } from "#core/names";
import type { HistoryEntry } from "./history.ts";
import type { BucketState } from "./state.ts";

export interface Ledger {
  read(ref: BucketRef): Promise<BucketState>;
  /**
   * Writes `state` if its `rev` is still current; returns the new state, or `null` if someone else
   * wrote meanwhile. An entry of its history is written with it, or neither is.
   */
  save(ref: BucketRef, state: BucketState, entry?: HistoryEntry | null): Promise<BucketState | null>;
}

/** The ports that recording a look needs. */
export interface LedgerPorts {
  readonly ledger: Ledger;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}
