import type { KMSClient } from "@aws-sdk/client-kms";
import type { HazardReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { listGrants } from "./key-grants.ts";
import { getKeyPolicy } from "./key-policy.ts";

/**
 * Reads who may use keys, of the bucket's Region: the same calls for the functions and the CLI.
 * @param clientFor - the client of the bucket's Region
 */
export function keyAccessReader(
  clientFor: (ref: BucketRef) => KMSClient,
): Pick<HazardReader, "keyPolicy" | "keyGrants"> {
  return {
    keyPolicy: (ref, arn) => getKeyPolicy(clientFor(ref), arn),
    keyGrants: (ref, arn) => listGrants(clientFor(ref), arn),
  };
}
