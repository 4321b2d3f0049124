import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import { parseKmsArn } from "#core/key/arn";

/**
 * How dangerous what a bucket showed is for the objects written to it. 0: not for their secrecy, as
 * only the bucket key differs. 1: they are encrypted otherwise than declared. 2: they are encrypted
 * under a key of another account, which may be taken away from everybody here.
 *
 * @param before - what the bucket showed
 * @param after - what is declared; `null`: that could not be worked out
 * @param account - the bucket's
 */
export function dangerOf(before: BucketEncryption | null, after: WantedEncryption | null, account: string): 0 | 1 | 2 {
  if (before === null) return 0;
  const owner = before.key === undefined ? undefined : parseKmsArn(before.key)?.account;
  const declared = after?.key === undefined ? undefined : parseKmsArn(after.key)?.account;
  if (owner !== undefined && owner !== account && owner !== declared) return 2;
  const isSafe = after?.algorithm === before.algorithm && after?.key === before.key && after?.sseC === before.sseC;
  return isSafe ? 0 : 1;
}
