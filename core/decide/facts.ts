import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";

/**
 * Everything `decide` looks at. An absent fact has not been looked at yet: `decide` asks for it only if the answer depends on it.
 */
export interface Facts {
  /** Milliseconds since the epoch; the clock is a fact. */
  readonly now: number;
  readonly ref: BucketRef;
  /** `null`: the bucket is gone. */
  readonly encryption?: Fact<BucketEncryption | null>;
  readonly tags?: Fact<Readonly<Record<string, string>>>;
  /** Ids of the account's organizational units and root, nearest first. */
  readonly ous?: Fact<readonly string[]>;
  /** DescribeKey by the ARN asked for (key ARN or alias ARN); `null`: there is no such key. */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** What an alias ARN resolved to when it was first used; `null`: not recorded yet. */
  readonly pins: ReadonlyMap<string, Fact<string | null>>;
}

/** A fact that the answer depends on and that nobody has looked at yet. */
export type Need =
  | { readonly fact: "encryption" }
  | { readonly fact: "tags" }
  | { readonly fact: "ous" }
  | { readonly fact: "key"; readonly arn: string }
  | { readonly fact: "pin"; readonly alias: string };
