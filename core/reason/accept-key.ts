import type { BucketRef } from "#core/names";

/**
 * The words by which the key is accepted that an alias names now: an alias of another account is
 * pinned for the account whose buckets use it.
 */
export function acceptKeyWords({ account }: Pick<BucketRef, "account">, alias: string): string {
  const owner = alias.startsWith("arn:") ? alias.split(":")[4] : account;
  return `bucketseal policy accept-key ${alias}${owner === account ? "" : ` --account ${account}`}`;
}
