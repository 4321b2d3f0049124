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

/** The tags that were read; `undefined`: nothing depends on them, or they could not be read. */
export function tagsRead(facts: {
  readonly tags?: Facts["tags"] | undefined;
}): Readonly<Record<string, string>> | undefined {
  return facts.tags?.known === true ? facts.tags.value : undefined;
}

/** A fact that `decide` may request. */
export type Need = { readonly fact: "encryption" } | MatchNeed | KeyNeed;
