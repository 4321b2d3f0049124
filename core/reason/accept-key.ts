import type { BucketRef } from "#core/names";

/**
 * The words by which the key is accepted that an alias names now: an alias of another account is
 * pinned for the account whose buckets use it.
 * @param alias - `null`: the alert does not know which
 * @param isMember - whether those buckets are in another account or Region than the stage's own
 */
export function acceptKeyWords(
  { account }: Pick<BucketRef, "account">,
  alias: string | null,
  isMember = false,
): string {
  const owner = alias?.startsWith("arn:") ? alias.split(":")[4] : account;
  const isOwn = owner === account && !isMember;
  return `bucketseal policy accept-key ${alias ?? "ALIAS-ARN"}${isOwn ? "" : ` --account ${account}`}`;
}
