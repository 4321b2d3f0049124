/** Cached reads of buckets and keys, for both loops. */

import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import { s3HazardReader } from "#aws/guard/bucket-facts";
import { keyAccessReader } from "#aws/kms/key-access";
import { readSseCWrite } from "#aws/ledger/sse-c-writes";
import { s3BucketReader } from "#aws/s3/bucket-reader";
import type { Table } from "#aws/table";
import type { Fact } from "#core/fact";
import type { GuardedReader } from "#core/guard/reader";
import { Cache, cachedFact } from "./cache.ts";
import { keyReader } from "./keys.ts";

/** Milliseconds for which an account's place in the organization is cached. */
const OU_AGE = 5 * 60_000;

/**
 * Milliseconds for which who may use a key is cached: the buckets of a batch share one call, and a
 * policy that a person has just put right counts at once.
 */
const FRESH = 1_000;

export interface ReaderClients {
  readonly kms: KMSClient;
  readonly s3: S3Client;
}

/**
 * Reads buckets of the function's own account and Region; keys, pins and OUs are cached for a
 * limited time.
 */
export function bucketReader(
  { kms, s3 }: ReaderClients,
  ledger: Table,
  self: string,
  now: () => number,
): GuardedReader {
  const access = keyAccessReader(() => kms);
  const policies = new Cache<Awaited<ReturnType<GuardedReader["keyPolicy"]>>>(FRESH, now);
  const grants = new Cache<Awaited<ReturnType<GuardedReader["keyGrants"]>>>(FRESH, now);
  const ous = new Cache<Fact<readonly string[]>>(OU_AGE, now);
  return {
    ...keyReader(kms, ledger, self, now),
    ...s3BucketReader(() => s3),
    ...s3HazardReader(() => s3),
    keyPolicy: (ref, arn) => cachedFact(policies, arn, () => access.keyPolicy(ref, arn), FRESH),
    keyGrants: (ref, arn) => cachedFact(grants, arn, () => access.keyGrants(ref, arn), FRESH),
    sseCWrites: (ref) => readSseCWrite(ledger, ref, now()),
    ous: (ref) => cachedFact(ous, ref.account, () => ancestors(ref.account), OU_AGE),
  };
}

// --- internal ---

/** Few policies match on organizational units: only those load the client. */
async function ancestors(account: string): Promise<Fact<readonly string[]>> {
  const { ancestorsOf } = await import("./organization.ts");
  return ancestorsOf(account);
}
