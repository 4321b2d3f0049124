/** Cached reads of buckets and keys, for both loops. */

import { s3HazardReader } from "#aws/guard/bucket-facts";
import { listGrants } from "#aws/kms/key-grants";
import { getKeyPolicy } from "#aws/kms/key-policy";
import { readSseCWrite } from "#aws/ledger/sse-c-writes";
import { Cache, cachedFact } from "#aws/once/cache";
import { s3BucketReader } from "#aws/s3/bucket-reader";
import type { Table } from "#aws/table";
import type { GuardedReader } from "#core/guard/reader";
import { unseenKey } from "#core/guard/unseen-key";
import { keyOwner } from "#core/key/arn";
import type { OrgSettings } from "#core/org/settings";
import type { ClientsOf } from "../member/clients.ts";
import type { MemberDirectory } from "../member/directory.ts";
import type { KeyClients } from "./key-clients.ts";
import { keyReader } from "./keys.ts";
import type { OrganizationsAs } from "./organization.ts";

/**
 * Milliseconds for which who may use a key, and what an account blocks, is cached: the buckets of a
 * batch share one call, and what a person has just put right counts at once.
 */
const FRESH = 1_000;

/** The clients that read a bucket, and a key for it. */
export interface ReaderClients {
  readonly buckets: ClientsOf;
  readonly keys: KeyClients;
  /** What is known of accounts where Organizations may not be asked; absent: nothing. */
  readonly org?: OrgSettings | null;
  /** Who asks Organizations instead of the function itself, and where. */
  readonly organizations?: OrganizationsAs;
  /**
   * Milliseconds for which that is cached where objects come by the thousand: KMS answers a hundred
   * ListGrants a second in all.
   * https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
   */
  readonly freshFor?: number;
}

/** Reads buckets; keys, pins and OUs are cached for a limited time. */
export function bucketReader(
  { buckets, keys, org = null, organizations, freshFor = FRESH }: ReaderClients,
  ledger: Table,
  self: string,
  now: () => number,
): GuardedReader {
  const policies = new Cache<Awaited<ReturnType<GuardedReader["keyPolicy"]>>>(freshFor, now);
  const blocks = new Cache<Awaited<ReturnType<GuardedReader["accountBlock"]>>>(freshFor, now);
  const grants = new Cache<Awaited<ReturnType<GuardedReader["keyGrants"]>>>(freshFor, now);
  let directory: Promise<MemberDirectory> | undefined;
  // Few policies match on an account's units or tags: only those load the client.
  const accounts = () => {
    directory ??= import("./organization.ts").then(({ accountDirectory }) => accountDirectory(org, now, organizations));
    return directory;
  };
  const hazards = s3HazardReader((ref) => buckets(ref).s3);
  return {
    ...keyReader(keys, ledger, self, now),
    ...s3BucketReader((ref) => buckets(ref).s3),
    ...hazards,
    accountBlock: (ref) => cachedFact(blocks, ref.account, () => hazards.accountBlock(ref), freshFor),
    keyPolicy: async (ref, arn) => {
      const { kms, account } = await keys(ref, arn);
      if (account !== keyOwner(ref, arn)) return unseenKey;
      return cachedFact(policies, `${account} ${arn}`, () => getKeyPolicy(kms, arn), freshFor);
    },
    keyGrants: async (ref, arn) => {
      const { kms, account } = await keys(ref, arn);
      if (account !== keyOwner(ref, arn)) return unseenKey;
      return cachedFact(grants, `${account} ${arn}`, () => listGrants(kms, arn), freshFor);
    },
    sseCWrites: (ref) => readSseCWrite(ledger, ref, now()),
    ous: async (ref) => (await accounts()).ous(ref.account),
    accountTags: async (ref) => (await accounts()).tags(ref.account),
  };
}
