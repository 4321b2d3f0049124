import type { S3Client } from "@aws-sdk/client-s3";
import type { HazardReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { getAccountPublicAccess } from "./account-public-access.ts";
import { getBucketAcl } from "./bucket-acl.ts";
import { getBucketPolicy } from "./bucket-policy.ts";
import { getReplication } from "./bucket-replication.ts";
import { hasWebsite } from "./bucket-website.ts";
import { getObjectOwnership } from "./object-ownership.ts";
import { getPolicyStatus } from "./policy-status.ts";
import { getPublicAccessBlock } from "./public-access-block.ts";

/**
 * Reads from S3 what hazards depend on: the same calls for the functions and the CLI.
 * @param clientFor - the client of the bucket's Region
 */
export function s3HazardReader(
  clientFor: (ref: BucketRef) => S3Client,
): Omit<HazardReader, "keyPolicy" | "keyGrants" | "sseCWrites"> {
  return {
    bucketPolicy: (ref) => getBucketPolicy(clientFor(ref), ref),
    policyStatus: (ref) => getPolicyStatus(clientFor(ref), ref),
    publicAccessBlock: (ref) => getPublicAccessBlock(clientFor(ref), ref),
    accountBlock: (ref) => getAccountPublicAccess(clientFor(ref), ref.account),
    acl: (ref) => getBucketAcl(clientFor(ref), ref),
    ownership: (ref) => getObjectOwnership(clientFor(ref), ref),
    website: (ref) => hasWebsite(clientFor(ref), ref),
    replication: (ref) => getReplication(clientFor(ref), ref),
  };
}
