import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import type { BucketRef, ObjectRef } from "#core/names";
import type { ObjectFacts, Payer } from "./facts.ts";

/** An object as S3 shows it, on top of its bucket's facts. */
export interface ObjectReader extends Omit<BucketReader, "encryption"> {
  /**
   * The named version, or the current one; `null`: not there. Where the named version is the current one, one call tells both.
   */
  head(object: ObjectRef): Promise<Fact<ObjectFacts | null>>;
  /**
   * The bucket's versioning as GetBucketVersioning answers it, `Disabled` where it never was on; asked for copies of versions with an
   * id only. Absent: not told, so a copy is held wherever a null version would be lost if versioning were suspended.
   */
  versioning?(ref: BucketRef): Promise<Fact<"Enabled" | "Suspended" | "Disabled">>;
  /** Who pays for requests to the bucket; asked where a look at an object was refused. */
  payer(ref: BucketRef): Promise<Fact<Payer>>;
  /** Whether a multipart upload of this key is under way; asked for right before a copy. */
  uploading(object: ObjectRef): Promise<Fact<boolean>>;
}
