import type { Fact } from "#core/fact";

/**
 * The policy and grants of a key of another account, where that account does not let us in: KMS
 * shows them to nobody else. DescribeKey was answered as to the bucket's account then, which is the
 * key's own word that it may be used from there.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export const unseenKey: Extract<Fact<never>, { known: false }> = {
  known: false,
  error: { name: "KeyOfAnotherAccount", message: "KMS shows a key's policy to the key's own account only" },
};

/** Whether a fact is unknown for that reason. */
export function isUnseen(found: Fact<unknown>): boolean {
  return !found.known && found.error.name === unseenKey.error.name;
}
