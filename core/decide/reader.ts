import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";

/**
 * A bucket as S3, KMS and Organizations show it. Every function throws transient errors and returns
 * permanent ones as a `Fact`.
 */
export interface BucketReader {
  encryption(ref: BucketRef): Promise<Fact<BucketEncryption | null>>;
  tags(ref: BucketRef): Promise<Fact<Readonly<Record<string, string>>>>;
  ous(ref: BucketRef): Promise<Fact<readonly string[]>>;
  accountTags(ref: BucketRef): Promise<Fact<Readonly<Record<string, string>>>>;
  /** `fresh`: read now, not cached. */
  key(ref: BucketRef, arn: string, fresh: boolean): Promise<Fact<KeyFacts | null>>;
  /**
   * The key that an alias resolved to when it was first used; the first call records it. `null`:
   * pins are not kept here.
   */
  pin(ref: BucketRef, alias: string): Promise<Fact<string | null>>;
}
