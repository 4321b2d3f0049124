import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyNeed, KeysSeen } from "#core/key/lookup";
import type { MatchFacts, MatchNeed } from "#core/match/holds";

/**
 * The input of `decide`. An absent fact has not been read yet: `decide` requests it only if the
 * result depends on it.
 */
export interface Facts extends MatchFacts, KeysSeen {
  /** `null`: the bucket is gone. */
  readonly encryption?: Fact<BucketEncryption | null>;
}

/** A fact that `decide` may request. */
export type Need = { readonly fact: "encryption" } | MatchNeed | KeyNeed;
