import type { Alert } from "#core/alert/schema";
import type { BackfillWindow } from "#core/backfill/window";
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

/** The way to backfills of windows. */
export interface WindowBackfills {
  /** Whether a bucket can have any here. */
  reach(ref: BucketRef): boolean;
  /** Asks for one; what is asked for twice is done once. */
  ask(ref: BucketRef, window: BackfillWindow, versions: "current" | "all"): Promise<void>;
}

/** The ports that recording a look needs. */
export interface LedgerPorts {
  /** Absent: this deployment has no backfills. */
  readonly backfills?: WindowBackfills;
  readonly ledger: Ledger;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}
