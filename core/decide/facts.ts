import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyNeed, KeysSeen } from "#core/key/lookup";
import type { MatchFacts, MatchNeed } from "#core/match/holds";

/**
 * Everything `decide` looks at. An absent fact has not been looked at yet: `decide` asks for it
 * only if the answer depends on it.
 */
export interface Facts extends MatchFacts, KeysSeen {
  /** `null`: the bucket is gone. */
  readonly encryption?: Fact<BucketEncryption | null>;
}

/** A fact that `decide` may ask for. */
export type Need = { readonly fact: "encryption" } | MatchNeed | KeyNeed;
