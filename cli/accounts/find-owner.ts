import type { OrgAccount } from "#aws/organizations/accounts";
import type { GuardedReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { bucketName } from "../buckets/bucket-name.ts";
import { CliError } from "../error.ts";
import { openDirectory } from "./directory.ts";
import { inLanes, LANES } from "./lanes.ts";
import { listAccount } from "./look-up.ts";
import type { OpenAccounts } from "./open-accounts.ts";

/** A bucket, the account that owns it, and who reads it there. */
export interface OwnedBucket {
  readonly account: OrgAccount;
  readonly ref: BucketRef;
  readonly reader: GuardedReader;
}

/**
 * Finds the account that owns a bucket by its own list of buckets: names are unique in all of AWS,
 * and a bucket's Region is told to anybody.
 * @throws CliError if none of the accounts that were looked at owns it
 */
export async function findOwner(
  { session, chosen, doors, readerIn }: OpenAccounts,
  text: string,
): Promise<OwnedBucket> {
  const name = bucketName(text);
  const looks = await inLanes(chosen.accounts, LANES, async (account, moved) => ({
    account,
    listed: await listAccount(doors, account.id, moved, name),
  }));
  for (const { account, listed } of looks) {
    if (listed.refused !== null) continue;
    const [ref] = listed.refs;
    if (ref === undefined) continue;
    return {
      account: await openDirectory(session).describe(account),
      ref,
      reader: readerIn(account.id, listed.session),
    };
  }
  const unknown = looks.flatMap(({ account, listed }) =>
    listed.refused === null ? [] : [`${account.id}: ${listed.refused.text}`],
  );
  const rest =
    unknown.length === 0
      ? ""
      : `; not looked at are ${unknown.slice(0, TOLD).join("; ")}${unknown.length > TOLD ? `; and ${unknown.length - TOLD} more` : ""}`;
  throw new CliError(`none of the accounts that were looked at owns a bucket "${safe(name)}"${rest}`, {
    code: "no-bucket",
  });
}

// --- internal ---

/** Accounts that could not be looked at, in the message. */
const TOLD = 5;
