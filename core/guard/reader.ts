import type { ObjectReader } from "#core/decide/object/reader";
import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import type { KeyAccess } from "#core/iam/can-use-key";
import type { PolicyDocument } from "#core/iam/document";
import type { BucketRef } from "#core/names";
import type { BucketGrant, PublicAccessBlock, ReplicationConfiguration } from "./bucket-facts.ts";

/**
 * What hazards depend on beside the verdict's own facts. Every function throws transient errors and
 * returns permanent ones as a `Fact`; what AWS answers without saying anything is an unknown one.
 */
export interface HazardReader {
  /** The bucket's policy; `null`: it has none. */
  bucketPolicy(ref: BucketRef): Promise<Fact<PolicyDocument | null>>;
  /** Whether the bucket's policy lets everybody in, as S3 judges it; `null`: it has no policy. */
  policyStatus(ref: BucketRef): Promise<Fact<{ readonly isPublic: boolean } | null>>;
  publicAccessBlock(ref: BucketRef): Promise<Fact<PublicAccessBlock>>;
  /** The same of the bucket's whole account; requested only where the bucket's own does not do. */
  accountBlock(ref: BucketRef): Promise<Fact<PublicAccessBlock>>;
  acl(ref: BucketRef): Promise<Fact<readonly BucketGrant[]>>;
  /** Who owns new objects, such as `BucketOwnerEnforced`; `null`: the bucket has no setting. */
  ownership(ref: BucketRef): Promise<Fact<string | null>>;
  /** Whether the bucket has a website endpoint. */
  website(ref: BucketRef): Promise<Fact<boolean>>;
  replication(ref: BucketRef): Promise<Fact<ReplicationConfiguration | null>>;
  /**
   * When somebody was last seen to write an object of the bucket with a key of their own, ISO 8601;
   * `null`: nobody was lately.
   */
  sseCWrites(ref: BucketRef): Promise<Fact<string | null>>;
  /** The policy of a key, by its key ARN: KMS shows only those of the caller's own account. */
  keyPolicy(ref: BucketRef, arn: string): Promise<Fact<PolicyDocument>>;
  keyGrants(ref: BucketRef, arn: string): Promise<Fact<KeyAccess["grants"]>>;
}

/** What judging a bucket and writing to it may depend on. */
export type GuardedReader = BucketReader & HazardReader;

/** The guard's reader: a bucket's reader for buckets, an object's for objects. */
export type GuardReader = Pick<BucketReader, "key"> &
  Partial<HazardReader & Pick<ObjectReader, "versioning" | "head" | "uploading">>;
