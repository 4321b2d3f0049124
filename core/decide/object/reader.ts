import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import type { BucketRef, ObjectRef } from "#core/names";
import type { ObjectFacts, Payer } from "./facts.ts";

/** An object as S3 shows it, in addition to its bucket's facts. */
export interface ObjectReader extends Omit<BucketReader, "encryption"> {
  /**
   * The named version, or the current one; `null`: it does not exist. If the named version is the
   * current one, one call suffices.
   */
  head(object: ObjectRef): Promise<Fact<ObjectFacts | null>>;
  /**
   * The bucket's versioning as GetBucketVersioning returns it, `Disabled` if it was never on;
   * requested only before a version that has an id is replaced.
   */
  versioning(ref: BucketRef): Promise<Fact<"Enabled" | "Suspended" | "Disabled">>;
  /** Who pays for requests to the bucket; requested if HeadObject was refused. */
  payer(ref: BucketRef): Promise<Fact<Payer>>;
  /** Whether a multipart upload of this key is in progress; requested right before a copy. */
  uploading(object: ObjectRef): Promise<Fact<boolean>>;
}
