import type { BucketRef } from "#core/names";
import type { BucketState } from "./state.ts";

export interface Ledger {
  read(ref: BucketRef): Promise<BucketState>;
  /** Writes `state` if nobody wrote since `state.rev` was read; answers the new revision, or `null` if somebody did. */
  save(ref: BucketRef, state: BucketState): Promise<BucketState | null>;
}
