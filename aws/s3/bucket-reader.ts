import type { S3Client } from "@aws-sdk/client-s3";
import type { BucketReader } from "#core/decide/reader";
import type { BucketRef } from "#core/names";
import { getBucketEncryption } from "./bucket-encryption.ts";
import { getBucketTags } from "./bucket-tags.ts";

/**
 * Reads from S3 what verdicts and hazards depend on: the same calls for the function and the CLI.
 * @param clientFor - the client of the bucket's Region
 */
export function s3BucketReader(clientFor: (ref: BucketRef) => S3Client): Pick<BucketReader, "encryption" | "tags"> {
  return {
    encryption: (ref) => getBucketEncryption(clientFor(ref), ref),
    tags: (ref) => getBucketTags(clientFor(ref), ref),
  };
}
